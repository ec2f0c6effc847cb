import { type DecoderKind, type DecoderListener, type PictureDecoder, toMicros } from './picture-decoder.ts';

/** The browser's own decoders, picture by picture; there over HTTPS and on localhost alone. */
export const webCodecs: DecoderKind = {
  async isDecodable(codec) {
    try {
      return (await VideoDecoder.isConfigSupported({ codec, optimizeForLatency: true })).supported === true;
    } catch {
      return false;
    }
  },

  open(codec: string, on: DecoderListener): PictureDecoder {
    const decoder = new VideoDecoder({
      output: (frame) =>
        on.onPicture({
          timestampUs: frame.timestamp,
          widthPx: frame.displayWidth,
          heightPx: frame.displayHeight,
          image: frame,
          lasting: true,
          close: () => frame.close(),
        }),
      // The decoder is closed by it.
      error: () => on.onFailure(),
    });
    decoder.configure({ codec, optimizeForLatency: true });
    return {
      get waiting() {
        return decoder.decodeQueueSize;
      },
      get isOpen() {
        return decoder.state === 'configured';
      },
      decode({ key, capturedAtMs, data }) {
        const type = key ? 'key' : 'delta';
        decoder.decode(new EncodedVideoChunk({ type, timestamp: toMicros(capturedAtMs), data }));
      },
      close() {
        if (decoder.state !== 'closed') decoder.close();
      },
    };
  },
};
