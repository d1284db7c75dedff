-- Every bank file that was handed in, whatever came of it: one that told nothing new, one that only told of refunds, one that
-- was refused. Its import is known once it recorded something, what came of it once it was read to its end; rows of before
-- say all of that at once.
alter table bank_file alter column import drop not null;
alter table bank_file add column outcome text;
update bank_file set outcome = '{}';
