curl -sN localhost:8080/v1/chat/completions -H 'Content-Type: application/json' -d '{
  "model": "en-de",
  "messages": [{"role": "user", "content": "Where is the station?"}],
  "stream": true
}' | grep --line-buffered -o '"content":"[^"]*"'
