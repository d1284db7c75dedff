-- What banks told around a day: another file may have told the same money under another name of our account.
create index bank_entry_booked on bank_entry (book, currency, booking_day);
