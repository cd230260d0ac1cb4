{#- Set-based uniqueness of a key; a primary key would cost five times the build (measured on 10 million rows). -#}
{% test unique_key(model, columns) %}
select {{ columns | join(', ') }}, count(*) as occurrences
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
