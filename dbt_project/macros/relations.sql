{#
    Relations without the catalog's name. DuckDB names the catalog after the file, and a build is renamed when it is
    published: a view that spelled the build's catalog out could not be read by anybody afterwards.
#}
{% macro ref() %}
    {% do return(builtins.ref(*varargs, **kwargs).include(database=false)) %}
{% endmacro %}


{% macro source() %}
    {% do return(builtins.source(*varargs, **kwargs).include(database=false)) %}
{% endmacro %}
