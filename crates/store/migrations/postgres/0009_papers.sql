-- Where copies of documents lie outside the book: patterns of addresses by kind of paper, as JSON.
alter table book add column paper_links text;
