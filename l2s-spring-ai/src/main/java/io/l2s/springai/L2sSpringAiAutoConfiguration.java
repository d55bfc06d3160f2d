package io.l2s.springai;

import io.l2s.ChatFormat;
import io.l2s.HybridLanguageModel;
import io.l2s.autoconfigure.L2sAutoConfiguration;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of Spring AI's {@link ChatModel} on the only or primary {@link
 * HybridLanguageModel}. Spring AI's own property {@code spring.ai.model.chat} chooses among several
 * libraries; the name of this one is {@code l2s}.
 */
@AutoConfiguration(
    after = L2sAutoConfiguration.class,
    beforeName =
        "org.springframework.ai.model.chat.client.autoconfigure.ChatClientAutoConfiguration")
@ConditionalOnClass(ChatModel.class)
@ConditionalOnSingleCandidate(HybridLanguageModel.class)
@ConditionalOnProperty(name = "spring.ai.model.chat", havingValue = "l2s", matchIfMissing = true)
public class L2sSpringAiAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  L2sChatModel l2sChatModel(HybridLanguageModel model) {
    return new L2sChatModel(model, ChatFormat.of(model));
  }
}
