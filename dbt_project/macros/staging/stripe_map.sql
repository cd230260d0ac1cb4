{#- The map of the model being built: its key, its paths, and per column name, type and where to read it. -#}
{% macro stripe_map() -%}
    {%- set columns = {} -%}
    {%- set paths = [] -%}
    {%- for name, column in model.columns.items() if name != 'account_id' -%}
        {%- set meta = column.get('config', {}).get('meta', {}) or column.get('meta', {}) -%}
        {%- set api = [meta.api] if meta.api is string else (meta.api or []) -%}
        {%- for path in api if not path.startswith('@') -%}
            {%- for part in [path.lstrip('^')] + holders_of(path.lstrip('^')) if part not in paths -%}{%- do paths.append(part) -%}{%- endfor -%}
        {%- endfor -%}
        {%- do columns.update({name: {'name': name, 'type': column.data_type, 'sigma': meta.sigma, 'api': api, 'unit': meta.unit or 's'}}) -%}
    {%- endfor -%}
    {%- set source = model.config.meta.get('stripe', {}) if model.config.meta else {} -%}
    {%- if not columns and execute -%}
        {{ exceptions.raise_compiler_error(model.name ~ ' has no map: write its columns in the YAML beside it') }}
    {%- endif -%}
    {{ return({'columns': columns, 'paths': paths, 'key': source.get('key', []) if columns else [], 'filter': source.get('filter'),
               'parent': source.get('parent', []) if columns else [], 'order_by': source.get('order_by', []) if columns else [],
               'holder_path': first_path(source.embedded_in) if source.get('embedded_in') else none,
               'lists': [source.list] if source.get('list') is string else source.get('list', [])}) }}
{%- endmacro %}

{#- What a path stands in: `a.b[0].c` stands in `a`, `a.b` and `a.b[0]`. -#}
{% macro holders_of(path) -%}
    {%- set holders = [] -%}
    {%- for part in path.replace('[', '.[').split('.')[:-1] -%}
        {%- do holders.append((holders[-1] ~ ('' if part.startswith('[') else '.') ~ part) if holders else part) -%}
    {%- endfor -%}
    {{ return(holders) }}
{%- endmacro %}

{#- The path of the list in the parent that the map names first. -#}
{% macro first_path(embedded_in) -%}
    {%- set path = embedded_in.values() | first -%}
    {{ return(path if path is string else path | first) }}
{%- endmacro %}
