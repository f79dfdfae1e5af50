-- The span of the event that caused the delivery, as W3C's traceparent; NULL when nobody recorded it.
ALTER TABLE deliveries ADD COLUMN traceparent text COLLATE "C";
