"""Clock, ids, phone numbers, errors, facts. Pure: no I/O, no business rule."""
