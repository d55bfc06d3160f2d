package io.l2s.autoconfigure;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.Acceptor.AcceptorState;
import org.apache.tomcat.util.net.NioEndpoint;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's own HTTP connector, but it takes every connection that the operating system has accepted
 * for it when {@link TomcatDrain} closes the server's socket. Tomcat's closes the one that its
 * acceptor just has, and the operating system resets those behind it.
 */
public final class DrainingNioProtocol extends Http11NioProtocol {

  /** Tomcat makes the connector by the name of its class. */
  public DrainingNioProtocol() {
    super(new Endpoint());
  }

  private static final class Endpoint extends NioEndpoint {

    private volatile @Nullable SocketChannel taken;

    /** The acceptor calls this with a connection that it accepts while it is stopped. */
    @Override
    protected void destroySocket(SocketChannel socket) {
      // A connection that cannot be taken comes here a second time.
      if (isPaused() || socket.equals(taken)) {
        super.destroySocket(socket);
      } else {
        take(socket);
      }
    }

    @Override
    protected void doCloseServerSocket() throws IOException {
      // There is no acceptor yet where the server's address cannot be taken.
      if (!isPaused()
          && acceptor != null
          && acceptor.getState() == AcceptorState.ENDED
          && getServerSocket() instanceof ServerSocketChannel server
          && server.isOpen()) {
        server.configureBlocking(false);
        SocketChannel next = server.accept();
        while (next != null) {
          take(next);
          next = server.accept();
        }
      }
      super.doCloseServerSocket();
    }

    private void take(SocketChannel socket) {
      taken = socket;
      if (!setSocketOptions(socket)) {
        closeSocket(socket);
      }
    }
  }
}
