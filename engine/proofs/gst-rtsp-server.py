"""A real RTSP server for the proofs: GStreamer's, playing H.264 and H.265 files in a loop.

Needs Debian's python3-gi, gir1.2-gst-rtsp-server-1.0, gstreamer1.0-plugins-good and -bad.
Usage: gst-rtsp-server.py --port 8554 [--host 127.0.0.1] [--user name --password secret] name=file.mp4 ...
Prints "ready" when it listens; each file is at rtsp://host:port/name. With a user it asks for Digest.
"""

import argparse

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstApp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstApp, GstRtspServer  # noqa: E402

DIGEST = 2  # GstRtsp.RTSPAuthMethod.DIGEST
ROLE = "viewer"


class Video:
    """The coded pictures of a file, in memory: (bytes, decode time ns, show time ns), and the length of a loop."""

    def __init__(self, path):
        name = self._samples(path, "")[0].get_caps().get_structure(0).get_name()
        self.codec = name.removeprefix("video/x-")
        if self.codec not in ("h264", "h265"):
            raise SystemExit(f"got {name} in {path}, expected an MP4 file of H.264 or H.265")
        samples = self._samples(
            path, f"! {self.codec}parse ! video/x-{self.codec},stream-format=byte-stream,alignment=au", None
        )
        self.caps = samples[0].get_caps()
        self.pictures = []
        for sample in samples:
            buffer = sample.get_buffer()
            decoded = buffer.pts if buffer.dts == Gst.CLOCK_TIME_NONE else buffer.dts
            self.pictures.append((buffer.extract_dup(0, buffer.get_size()), decoded, buffer.pts))
        first, last = self.pictures[0][1], self.pictures[-1][1]
        step = (last - first) // max(1, len(self.pictures) - 1) or 40 * Gst.MSECOND
        self.start_ns, self.period_ns = first, last - first + step

    @staticmethod
    def _samples(path, parser, limit=1):
        pipeline = Gst.parse_launch(
            f"filesrc name=file ! qtdemux name=demux demux.video_0 ! queue {parser} ! appsink name=out sync=false"
        )
        pipeline.get_by_name("file").set_property("location", path)
        out = pipeline.get_by_name("out")
        pipeline.set_state(Gst.State.PLAYING)
        samples = []
        while limit is None or len(samples) < limit:
            sample = out.try_pull_sample(10 * Gst.SECOND)
            if sample is None:
                break
            samples.append(sample)
        pipeline.set_state(Gst.State.NULL)
        if not samples:
            raise SystemExit(f"got no video in {path}, expected an MP4 file of H.264 or H.265")
        return samples


class Factory(GstRtspServer.RTSPMediaFactory):
    """One live camera: all who watch share one pipeline, which begins anew when the first comes back."""

    def __init__(self, video):
        super().__init__()
        self.video = video
        self.set_shared(True)
        self.connect("media-configure", self._configure)

    def do_create_element(self, _url):
        codec = self.video.codec
        return Gst.parse_launch(
            f"( appsrc name=source is-live=true format=time block=false ! {codec}parse ! "
            f"rtp{codec}pay config-interval=-1 name=pay0 pt=96 )"
        )

    def _configure(self, _factory, media):
        source = media.get_element().get_by_name("source")
        source.set_property("caps", self.video.caps)
        Feeder(source, self.video)


class Feeder:
    """Pushes a video's pictures when they are due, over and over, until its pipeline is gone."""

    def __init__(self, source, video):
        self.source, self.video = source, video
        self.index, self.loops = 0, 0
        self.began_us = GLib.get_monotonic_time()
        self._feed()

    def _feed(self):
        video = self.video
        while True:
            data, decoded, shown = video.pictures[self.index]
            offset = self.loops * video.period_ns - video.start_ns
            wait_us = self.began_us + (decoded + offset) // 1000 - GLib.get_monotonic_time()
            if wait_us > 0:
                GLib.timeout_add(max(1, wait_us // 1000), self._feed)
                return False
            buffer = Gst.Buffer.new_wrapped(data)
            buffer.dts, buffer.pts = max(0, decoded + offset), max(0, shown + offset)
            if self.source.emit("push-buffer", buffer) != Gst.FlowReturn.OK:
                return False
            self.index += 1
            if self.index == len(video.pictures):
                self.index, self.loops = 0, self.loops + 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", default="8554")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--user")
    parser.add_argument("--password", default="")
    parser.add_argument("cameras", nargs="+", metavar="name=file.mp4")
    options = parser.parse_args()
    Gst.init(None)

    server = GstRtspServer.RTSPServer()
    server.set_address(options.host)
    server.set_service(options.port)
    if options.user:
        token = GstRtspServer.RTSPToken()
        token.set_string("media.factory.role", ROLE)
        auth = GstRtspServer.RTSPAuth()
        auth.set_supported_methods(DIGEST)
        auth.add_digest(options.user, options.password, token)
        server.set_auth(auth)

    videos = {}
    for camera in options.cameras:
        name, path = camera.split("=", 1)
        if path not in videos:
            videos[path] = Video(path)
        factory = Factory(videos[path])
        if options.user:
            permissions = GstRtspServer.RTSPPermissions()
            for permission in ("media.factory.access", "media.factory.construct"):
                permissions.add_permission_for_role(ROLE, permission, True)
            factory.set_permissions(permissions)
        server.get_mount_points().add_factory(f"/{name}", factory)
    if server.attach(None) == 0:
        raise SystemExit(f"got port {options.port} in use, expected a free one")
    print("ready", flush=True)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
