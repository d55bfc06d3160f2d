curl -s localhost:8080/api/chat -H 'Content-Type: application/json' -d '{"text": ""}'
