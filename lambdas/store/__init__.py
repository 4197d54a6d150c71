"""The services' one way to DynamoDB: a table with typed errors, timeouts and retries."""
