import sharp from 'sharp';
const [,, out, ...names]=process.argv;
const ims=await Promise.all(names.map(async n=>{const m=await sharp(n).metadata();return {n,w:m.width,h:m.height}}));
let left=0;const comp=[];for(const i of ims){comp.push({input:i.n,left,top:0});left+=i.w+10}
await sharp({create:{width:left,height:Math.max(...ims.map(i=>i.h)),channels:3,background:'#888'}}).composite(comp).png().toFile(out);
