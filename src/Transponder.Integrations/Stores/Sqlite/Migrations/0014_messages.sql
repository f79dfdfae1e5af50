-- What a task says, and who sent it; NULL where an event caused the delivery, which then has a position. Others have the position 0.
ALTER TABLE deliveries ADD COLUMN sender TEXT;
ALTER TABLE deliveries ADD COLUMN message BLOB;
