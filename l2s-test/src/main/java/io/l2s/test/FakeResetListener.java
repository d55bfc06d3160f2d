package io.l2s.test;

import org.springframework.context.ApplicationContext;
import org.springframework.test.context.TestContext;
import org.springframework.test.context.TestExecutionListener;

/** Resets the fakes of a test's application context after each test. */
final class FakeResetListener implements TestExecutionListener {

  @Override
  public void afterTestMethod(TestContext test) {
    if (test.hasApplicationContext()) {
      ApplicationContext context = test.getApplicationContext();
      context
          .getBeansOfType(FakeHybridLanguageModel.class, false, false)
          .values()
          .forEach(FakeHybridLanguageModel::reset);
    }
  }
}
