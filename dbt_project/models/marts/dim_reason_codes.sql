with

reason_codes as (

    select * from {{ ref('reason_codes') }}

),

stated_groups as (

    select distinct reason_codes.stated_group
    from reason_codes
    where reason_codes.stated_group is not null

),

leaves as (

    select
        reason_codes.code as reason_code,
        'leaf' as reason_kind,
        reason_codes.l1,
        reason_codes.l1 || '.' || reason_codes.l2 as reason_family,
        reason_codes.stated_group,
        reason_codes.decided_by,
        reason_codes.definition,
        reason_codes.ops_owner,
        reason_codes.verify_evidence,
    from reason_codes

),

-- what the words alone can say when the leaf needs evidence
stated_group_rows as (

    select
        stated_groups.stated_group as reason_code,
        'stated_group' as reason_kind,
        null as l1,
        null as reason_family,
        stated_groups.stated_group,
        'text' as decided_by,
        'What the caller said, before the records decide the leaf' as definition,
        null as ops_owner,
        null as verify_evidence,
    from stated_groups

),

unverified_rows as (

    select
        stated_groups.stated_group || '.UNVERIFIED' as reason_code,
        'unverified' as reason_kind,
        null as l1,
        null as reason_family,
        stated_groups.stated_group,
        'evidence' as decided_by,
        'Said by the caller; the records do not decide the leaf' as definition,
        null as ops_owner,
        null as verify_evidence,
    from stated_groups

),

state_rows as (

    select
        states.reason_code,
        'state' as reason_kind,
        null as l1,
        null as reason_family,
        null as stated_group,
        null as decided_by,
        states.definition,
        null as ops_owner,
        null as verify_evidence,
    from (
        select
            'ABSTAIN' as reason_code,
            'No code above its threshold: in the review queue' as definition,
        union all
        select
            'NO_REASON_STATED' as reason_code,
            'Engaged, but the caller never said why' as definition,
        union all
        select
            'NOT_A_CONTACT' as reason_code,
            'Voicemail, wrong number, advertising, a test or silence' as definition,
        union all
        select
            'unknown' as reason_code,
            'Not tagged: a ticket, or a call without a tag' as definition,
    ) as states

),

unioned as (

    select * from leaves
    union all
    select * from stated_group_rows
    union all
    select * from unverified_rows
    union all
    select * from state_rows

)

select
    reason_code,
    reason_kind,
    l1,
    reason_family,
    stated_group,
    decided_by,
    definition,
    ops_owner,
    verify_evidence,
from unioned
