-- An opt-out told in a call revokes the consent for the voice channel.
create or replace temp table mapped_consents as
select
    mapped_calls.customer_id,
    'voice' as channel,
    coalesce(folded.do_not_call_at, folded.ended_at, folded.started_at) as valid_from,
    'revoked' as status,
    'dialnexa' as captured_via,
    mapped_calls.call_id,
    mapped_calls._source_file,
    mapped_calls._file_id,
    mapped_calls._row_number,
    mapped_calls._ingested_at,
    mapped_calls._run_id,
from folded
inner join mapped_calls on mapped_calls.call_id = folded.call_id
where folded.is_do_not_call and mapped_calls.customer_id is not null
