curl -sN localhost:8080/api/chat/stream -H 'Content-Type: application/json' \
  -d '{"text": "Where is the station?"}'
