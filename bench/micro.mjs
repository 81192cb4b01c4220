import * as tf from "@tensorflow/tfjs";
import { wasm } from "@contrastive/backend-wasm";
import { gelu, layerNorm, logSoftmax } from "@contrastive/ops";
await wasm({relaxedSimd: process.argv[2]!=="plain"}).init();
function best(f, n=8){ let b=1e9; for(let i=0;i<n;i++){const t=performance.now(); tf.tidy(()=>{f()}); b=Math.min(b,performance.now()-t);} return b.toFixed(2); }
const T=4160; const x=tf.randomNormal([T,768]), dy=tf.randomNormal([T,768]), z=tf.randomNormal([T,192]), dz=tf.randomNormal([T,192]), s=tf.randomNormal([192]), att=tf.randomNormal([192,65,65]);
const k=(n,i,a)=>tf.engine().runKernel(n,i,a);
console.log("gelu erf", best(()=>gelu(x)), "grad", best(()=>k("GeluGrad",{dy,x},{version:1,form:"erf"})), "tanh", best(()=>gelu(x,{form:"tanh"})), best(()=>k("GeluGrad",{dy,x},{version:1,form:"tanh"})), "exp", best(()=>tf.exp(x)));
const [y,m,i]=k("LayerNorm",{x:z,scale:s,offset:s},{version:1,epsilon:1e-6});
console.log("ln", best(()=>layerNorm({x:z,scale:s,offset:s})), "grad", best(()=>k("LayerNormGrad",{dy:dz,x:z,scale:s,mean:m,inverseDeviation:i},{version:1,epsilon:1e-6})));
const sm=tf.softmax(att);
console.log("softmax", best(()=>tf.softmax(att)), "grad", best(()=>k("SoftmaxGrad",{y:sm,dy:att},{})), "log", best(()=>logSoftmax(att)), best(()=>k("LogSoftmaxGrad",{y:sm,dy:att},{})));
console.log("max last", best(()=>tf.max(x,-1)), "first", best(()=>tf.max(x,0)), "sum last", best(()=>tf.sum(x,-1)), "first", best(()=>tf.sum(x,0)));
process.exit(0)
