with

incidents as (

    select * from {{ ref('int_incidents') }}

),

signatures as (

    select * from {{ ref('incident_signatures') }}

),

-- incidents and signatures are both few: which words of callers can mean which incident
final as (

    select distinct
        incidents.incident_id,
        signatures.code,
        signatures.is_report,
    from incidents
    inner join signatures
        on
            signatures.service_word = 'any'
            or incidents.words like '%' || signatures.service_word || '%'

)

select * from final
