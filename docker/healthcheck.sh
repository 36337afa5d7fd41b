#!/usr/bin/env bash
# Exit code 0 when GET /healthz on the admin port of this machine answers 200. Argument: the port, 11436 if left out.
port=${1:-11436}
exec 3<>"/dev/tcp/127.0.0.1/$port" || exit 1
printf 'GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$port" >&3
# A proxy that accepts the connection but does not answer is not healthy: do not wait for it without end.
read -r -t 4 _ status _ <&3 || exit 1
[[ $status == 200 ]]
