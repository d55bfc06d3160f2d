/** Spring Boot auto-configuration of l2s: properties to beans, and start-up failures explained. */
package io.l2s.autoconfigure;
