-- Rows in the form of raw.call_turns from each form of transcript: list of turns, one text with labels, one text a side.
create or replace temp table mapped_turns as
with transcripts as (
    select
        *,
        transcript ->> '_text' as plain,
    from folded
    where transcript is not null and not is_erased and started_at is not null
),

-- A unit separator before each label splits the text. Labels within a line count only where no line begins with one,
-- as in "Agent: Hello. Customer: I am interested."; else "please tell the caller: hello" would be cut.
marked as (
    select
        call_id,
        string_split(
            case
                when regexp_matches(plain, '\n\s*(agent|assistant|bot|ai|user|customer|caller|human|human agent|ai agent)\s*:', 'i')
                    then regexp_replace(
                        plain,
                        '(^|\n)\s*(agent|assistant|bot|ai|user|customer|caller|human|human agent|ai agent)\s*:',
                        chr(31) || '\2' || chr(30),
                        'gi'
                    )
                else regexp_replace(
                    plain,
                    '(^|\s)(agent|assistant|bot|ai|user|customer|caller|human|human agent|ai agent)\s*:',
                    chr(31) || '\2' || chr(30),
                    'gi'
                )
            end,
            chr(31)
        ) as pieces,
    from transcripts
    where plain is not null
),

labelled as (
    select
        call_id,
        unnest(pieces) as piece,
        generate_subscripts(pieces, 1) as place,
    from marked
),

listed as (
    select
        call_id,
        unnest(json_extract(transcript, '$[*]')) as turn,
        generate_subscripts(json_extract(transcript, '$[*]'), 1) as place,
    from transcripts
    where json_type(transcript) = 'ARRAY'
),

sided as (
    select
        call_id,
        transcript,
        unnest(json_keys(transcript)) as side,
        generate_subscripts(json_keys(transcript), 1) as place,
    from transcripts
    where plain is null and json_type(transcript) = 'OBJECT'
),

united as (
    select
        call_id,
        place,
        string_split(piece, chr(30))[1] as said_by,
        string_split(piece, chr(30))[2] as text,
    from labelled
    union all
    select
        call_id,
        place,
        coalesce(nullif(turn ->> 'role', ''), nullif(turn ->> 'speaker', ''), turn ->> 'from'),
        coalesce(nullif(turn ->> 'text', ''), nullif(turn ->> 'message', ''), turn ->> 'content'),
    from listed
    union all
    select
        call_id,
        place,
        side,
        json_extract_string(transcript, '$."' || side || '"'),
    from sided
    where side not like '%"%'
)

select
    united.call_id,
    row_number() over (partition by united.call_id order by united.place) as turn_no,
    speakers.value as speaker,
    trim(united.text, e' \n\t') as text,
    folded._source_file,
    folded._file_id,
    folded._row_number,
    folded._ingested_at,
    folded._run_id,
from united
inner join vendor_map as speakers
    on speakers.map = 'speaker'
    and speakers.seen = replace(replace(lower(trim(united.said_by)), ' ', '_'), '-', '_')
inner join folded on folded.call_id = united.call_id
where trim(united.text, e' \n\t') != ''
