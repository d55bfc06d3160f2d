// Texts that the bundled models translate well.

export const EXAMPLES = {
  tea: "I would like a cup of tea.",
  rain: "If it rains tomorrow, we will stay at home.",
  museum: "What time does the museum open tomorrow?",
  day: "Yesterday I met an old friend. We went to a small restaurant. The food was very good. "
    + "It was raining the whole day. We were tired, but we were happy.",
  friend: "Yesterday I met an old friend. I was very happy to see him. "
    + "We went to a small restaurant. The food was very good. We drank a lot of coffee.\n\n"
    + "He lives in a small village. We talked about our school. He told me a funny story. "
    + "He showed me a picture of his family. I hope I will see him again.",
};
