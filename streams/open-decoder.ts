import { AV_CODEC_FLAG_LOW_DELAY, AV_CODEC_ID_H264, AV_CODEC_ID_HEVC, AV_LOG_QUIET } from 'node-av/constants';
import { Codec, CodecContext, Log } from 'node-av/lib';
import type { VideoCodec } from './access-unit.ts';

// libav reports every damaged macroblock on stderr; a city of cameras would flood the log.
Log.setLevel(AV_LOG_QUIET);

const CODEC_IDS = { h264: AV_CODEC_ID_H264, h265: AV_CODEC_ID_HEVC } as const;

interface DecoderOptions {
  lowDelay?: boolean;
  strict?: boolean;
  equip?: (context: CodecContext, codec: Codec) => void;
}

/**
 * A decoder of one thread.
 * @param how lowDelay: each picture comes out at once, as for keys alone; strict: an error of the stream fails the picture;
 * equip: gives it a card before it is opened
 */
export function openDecoder(
  codecName: VideoCodec,
  { lowDelay = false, strict = false, equip }: DecoderOptions = {},
): CodecContext {
  const codec = Codec.findDecoder(CODEC_IDS[codecName]);
  if (codec === null) throw new Error(`got a libav without a decoder of ${codecName}, expected one`);
  const context = new CodecContext();
  context.allocContext3(codec);
  context.threadCount = 1;
  if (lowDelay) context.setFlags(AV_CODEC_FLAG_LOW_DELAY);
  if (strict) context.setOption('err_detect', 'explode');
  equip?.(context, codec);
  const result = context.open2Sync(codec, null);
  if (result < 0) throw new Error(`got error ${result} of libav, expected an open decoder of ${codecName}`);
  return context;
}
