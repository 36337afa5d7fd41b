package io.kvkeep.bench.compare;

import java.nio.file.Path;

/** The configurations of the plain proxies: one worker, no log, nothing buffered, connections kept on both sides. */
final class PlainProxies {
    static String nginx(int port, int enginePort, Path home) {
        return """
                daemon off;
                worker_processes 1;
                pid HOME/nginx.pid;
                error_log HOME/error.log warn;
                events { worker_connections 2048; }
                http {
                    access_log off;
                    client_body_temp_path HOME/body;
                    proxy_temp_path HOME/proxy;
                    fastcgi_temp_path HOME/fastcgi;
                    uwsgi_temp_path HOME/uwsgi;
                    scgi_temp_path HOME/scgi;
                    keepalive_requests 100000000;
                    tcp_nodelay on;
                    upstream engine {
                        server 127.0.0.1:ENGINE;
                        keepalive 64;
                        keepalive_requests 100000000;
                    }
                    server {
                        listen 127.0.0.1:PORT;
                        client_max_body_size 1g;
                        location / {
                            proxy_pass http://engine;
                            proxy_http_version 1.1;
                            proxy_set_header Connection "";
                            proxy_buffering off;
                            proxy_request_buffering off;
                            proxy_read_timeout 1h;
                        }
                    }
                }
                """.replace("HOME", home.toString())
                .replace("ENGINE", Integer.toString(enginePort))
                .replace("PORT", Integer.toString(port));
    }

    static String haproxy(int port, int enginePort) {
        return """
                global
                    nbthread 1
                    maxconn 4096
                defaults
                    mode http
                    option http-no-delay
                    http-reuse always
                    timeout connect 5s
                    timeout client 1h
                    timeout server 1h
                frontend clients
                    bind 127.0.0.1:PORT
                    default_backend engine
                backend engine
                    server engine 127.0.0.1:ENGINE
                """.replace("ENGINE", Integer.toString(enginePort)).replace("PORT", Integer.toString(port));
    }

    private PlainProxies() {}
}
