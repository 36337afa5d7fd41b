package io.kvkeep.http;

import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * Takes the place of a request whose framing can be read in two ways, or that breaks a limit; the connection ends with
 * it.
 *
 * @param status what to answer
 * @param problem what was found, without any of the request's own text
 */
public record Refused(HttpResponseStatus status, String problem) {}
