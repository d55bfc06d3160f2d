package io.l2s.autoconfigure.web;

import java.io.IOException;
import org.apache.catalina.Container;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;

/**
 * Answers what Tomcat refuses before an application sees it, such as a malformed request line, with
 * problem details in place of Tomcat's own page.
 */
public final class TomcatProblems extends ErrorReportValve {

  /** Lets the host of {@code context} answer so; behind the valve that Spring Boot may add. */
  public static void addTo(Context context) {
    Container host = context.getParent();
    host.getPipeline().addValve(new TomcatProblems());
    if (host instanceof StandardHost standard) {
      // At its start the host adds a valve of the named class, behind all others, if it has none.
      standard.setErrorReportValveClass(TomcatProblems.class.getName());
    }
  }

  @Override
  protected void report(Request request, Response response, @Nullable Throwable failure) {
    int status = response.getStatus();
    if (status < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
      return;
    }
    try {
      response.resetBuffer(true);
      ProblemWriter.PROBLEM_JSON.write(
          ProblemDetail.forStatusAndDetail(
              HttpStatusCode.valueOf(status),
              status < 500
                  ? "the server does not take this request; check its first line and its headers"
                  : "the server failed; its log says why"),
          response);
      response.finishResponse();
    } catch (IOException | IllegalStateException e) {
      container.getLogger().debug("A client left before its request was refused", e);
    }
  }
}
