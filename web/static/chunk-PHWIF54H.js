import{i as t,l as n,w as r}from"./chunk-UQRG2VGY.js";var i=(e,s={})=>r(s[e]?.[n()]??"")||t(`queue.${a(e)}`),a=e=>e.split("@",1)[0]??"";export{i as a,a as b};
