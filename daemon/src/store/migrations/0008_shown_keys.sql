-- Excerpts of faulty lines showed their values, and so keys. What was told of faults keeps its id, title and time and loses the
-- lines; where there was any, the daemon says once that keys shown so far should be changed.
INSERT OR REPLACE INTO meta (name, value)
    SELECT 'keys_were_shown', count(*) FROM entries WHERE parcel IS NULL AND kind = 'config' AND instr(html, '<pre>') > 0
    HAVING count(*) > 0;

UPDATE entries
    SET html = substr(html, 1, instr(html, '<pre>') - 1) || '<p>The lines were taken out of this entry: they showed their values.</p>'
    WHERE parcel IS NULL AND kind = 'config' AND instr(html, '<pre>') > 0;

UPDATE notices SET detail = '' WHERE key = 'config';

UPDATE meta SET value = json_set(value, '$.faults', json('[]'), '$.warnings', json('[]'))
    WHERE name = 'config' AND json_valid(value);
