import{g as t,s as e,t as i,u as o}from"./chunk-ZSF6UFUT.js";e();i();var n=document.querySelector("p#receipt")?.textContent;n&&(await t(),o(document,n,()=>{}));
