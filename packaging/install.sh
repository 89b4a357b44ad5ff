#!/bin/sh
# Lays Reeve out as Debian does, below DESTDIR (default /): what `make build` left in out/ goes to /usr/lib/reeve.
#   /usr/bin/reeve  /usr/lib/reeve/  /etc/reeve/reeve.yaml  /lib/systemd/system/reeve.service  /var/lib/reeve (made by systemd)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/.." && pwd)
dest=${DESTDIR:-}
[ -f "$root/out/reeve.dll" ] || { echo "install: $root/out holds no reeve; run \`make build\` first" >&2; exit 1; }
install -d "$dest/usr/bin" "$dest/usr/lib/reeve" "$dest/usr/share/doc/reeve" "$dest/lib/systemd/system"
install -d -m 0750 "$dest/etc/reeve"
cp -R "$root/out/." "$dest/usr/lib/reeve/"
rm -f "$dest/usr/lib/reeve/.published"
printf '#!/bin/sh\nexec /usr/lib/reeve/reeve "$@"\n' > "$dest/usr/bin/reeve"
chmod 0755 "$dest/usr/bin/reeve"
install -m 0644 "$here/systemd/reeve.service" "$dest/lib/systemd/system/reeve.service"
cp -R "$root/docs/." "$dest/usr/share/doc/reeve/"
# what the operator has written stays
[ -e "$dest/etc/reeve/reeve.yaml" ] || install -m 0640 "$here/etc/reeve.yaml" "$dest/etc/reeve/reeve.yaml"
if [ -z "$dest" ] && [ "$(id -u)" = 0 ]; then
  getent group reeve > /dev/null || groupadd --system reeve
  getent passwd reeve > /dev/null || useradd --system --gid reeve --home-dir /var/lib/reeve --shell /usr/sbin/nologin reeve
  chgrp -R reeve /etc/reeve
fi
