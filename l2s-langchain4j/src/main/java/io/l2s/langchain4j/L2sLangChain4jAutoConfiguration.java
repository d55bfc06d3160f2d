package io.l2s.langchain4j;

import dev.langchain4j.model.chat.ChatModel;
import io.l2s.ChatFormat;
import io.l2s.HybridLanguageModel;
import io.l2s.autoconfigure.L2sAutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of LangChain4j's chat models on the only or primary {@link
 * HybridLanguageModel}.
 */
@AutoConfiguration(after = L2sAutoConfiguration.class)
@ConditionalOnClass(ChatModel.class)
@ConditionalOnSingleCandidate(HybridLanguageModel.class)
public class L2sLangChain4jAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  L2sChatModel l2sLangChain4jChatModel(HybridLanguageModel model) {
    return new L2sChatModel(model, ChatFormat.of(model));
  }

  @Bean
  @ConditionalOnMissingBean
  L2sStreamingChatModel l2sLangChain4jStreamingChatModel(HybridLanguageModel model) {
    return new L2sStreamingChatModel(model, ChatFormat.of(model));
  }
}
