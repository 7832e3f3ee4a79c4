# satchel in a small image, from the portable binaries: nothing is compiled. packaging/Dockerfile builds from the sources.
#   bash packaging/portable/build.sh build/portable && cp -r build/portable/dist dist
#   docker build -t satchel -f packaging/binary.Dockerfile .
FROM debian:12-slim
COPY dist/satchel-*-linux-x86_64.tar.gz dist/satchel-*-linux-x86_64.tar.gz.sha256 packaging/install.sh /tmp/dist/
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates libcurl4 libarchive13 \
 && rm -rf /var/lib/apt/lists/* \
 && sh /tmp/dist/install.sh --from /tmp/dist --prefix /usr/local \
 && rm -r /tmp/dist \
 && useradd --create-home --uid 1000 satchel \
 && install -d -o satchel -g satchel /opt/satchel
USER satchel
WORKDIR /home/satchel
ENV SATCHEL_ROOT_PREFIX=/opt/satchel SATCHEL_NO_SYNC=1
CMD ["satchel", "--help"]
