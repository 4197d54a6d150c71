"""What a service needs to answer for the personal data that it keeps."""
