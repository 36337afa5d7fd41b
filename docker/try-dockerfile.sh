#!/usr/bin/env bash
# Runs docker/Dockerfile without Docker: its RUN and COPY steps build every stage, then its ENTRYPOINT and CMD are
# started as its USER, its HEALTHCHECK must pass while they run and fail after SIGTERM has ended them.
#
#   docker/try-dockerfile.sh               runs every step; the Maven build takes minutes and downloads libraries
#   docker/try-dockerfile.sh --jar FILE    takes this jar for the one the build stage makes, and skips that stage
#   docker/try-dockerfile.sh --plan        prints the steps and runs nothing
#   docker/try-dockerfile.sh --context DIR   another checkout, with a docker/Dockerfile of its own
#
# What stands in for Docker: each stage is an overlay over this machine's own file system in place of the base image, so
# nothing is written to the machine, but the base images themselves (their Java, their packages) are not tried. The
# proxy gets a network of its own with nothing in it but the loopback address, so no port of this machine is used.
#
# Needs Linux, root, unshare, java 17 or newer. Exit code 0 when all is well, 1 when not, 3 when it cannot be tried here.
set -u
here=$(cd "$(dirname "$0")" && pwd) || exit 2
case " $* " in
  *" --plan "* | *" --help "*) exec python3 "$here/try_dockerfile.py" "$@" ;;
esac
cannot() { printf 'skip: %s\n' "$1"; exit 3; }
command -v python3 >/dev/null || cannot "python3 is absent"
command -v java >/dev/null || cannot "java is absent"
command -v unshare >/dev/null || cannot "unshare is absent"
command -v setpriv >/dev/null || cannot "setpriv is absent"
[[ $(id -u) == 0 ]] || cannot "only root can make overlays and take another user's number"
tmp=$(mktemp -d) || exit 2
# Mounts live in a namespace of their own and vanish with it; this directory is all that is left to remove.
trap 'rm -rf "$tmp"' EXIT
mkdir "$tmp/upper" "$tmp/work" "$tmp/merged"
unshare -m mount -t overlay overlay -o "lowerdir=/,upperdir=$tmp/upper,workdir=$tmp/work" "$tmp/merged" 2>/dev/null \
  || cannot "overlays cannot be mounted here (inside a container they need --privileged)"
unshare -n true 2>/dev/null || cannot "no network namespace can be made here"
rm -rf "$tmp/upper" "$tmp/work" "$tmp/merged"
unshare -m --propagation private python3 "$here/try_dockerfile.py" --scratch "$tmp" "$@"
