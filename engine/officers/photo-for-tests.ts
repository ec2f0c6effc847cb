import sharp from 'sharp';

/** A picture that is left dark and right bright when it is looked at upright; stored turned by a quarter. */
export async function turnedPhoto(exif: Record<string, Record<string, string>> = {}, width = 60): Promise<Buffer> {
  const dark = await sharp({ create: { width, height: 80, channels: 3, background: '#101010' } })
    .png()
    .toBuffer();
  const upright = sharp({ create: { width: 2 * width, height: 80, channels: 3, background: '#f0f0f0' } });
  const png = await upright
    .composite([{ input: dark, left: 0, top: 0 }])
    .png()
    .toBuffer();
  return sharp(png).rotate(-90).withExif(exif).withMetadata({ orientation: 6 }).jpeg().toBuffer();
}

/** 116.3° E, 37.4° N, as EXIF writes it. */
export const GPS = {
  GPSLatitudeRef: 'N',
  GPSLatitude: '37/1 24/1 0/1',
  GPSLongitudeRef: 'E',
  GPSLongitude: '116/1 18/1 0/1',
};
