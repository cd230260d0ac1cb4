"""What a person decides about, as the published file shows it: matches, exceptions, their members, rules in shadow."""
