-- Without a rule every model that asks for one would be empty, with two every row would stand twice.
select count(*) as count_rules
from {{ ref('int_incident_rules') }}
having count(*) <> 1
