// What the reporters of the tests write. Each goes to the desk that the answers
// lead to.

export const languages = ['ja', 'en', 'es', 'pt', 'zh']

export const reports = {
  ja: {
    queue: 'hr',
    choices: { kind: 'consultation', subject: 'own', identity: 'anonymous' },
    lists: { relationship: 'trainee', category: 'foreign-trainees', country: 'JP' },
    danger: false,
    fields: {
      where: '浜松の工場、二階の組立ライン',
      when: '四月から、夜勤のたびに',
      people: '班長の山田さん。見ていた人が二人います。',
      reported_before: '監理団体に電話しましたが、返事がありません。',
    },
    text: '夜勤の残業代が、三か月前から払われていません。\nパスポートも会社が持っていて、返してくれません。',
    photo: '現場の写真.jpg',
    paper: '給料明細 四月.pdf',
    answer: 'お知らせいただき、ありがとうございます。パスポートを最後に見たのはいつですか。',
    state: 'investigating',
    more: 'パスポートは、昨年の十二月に事務所で預けました。そのときの紙を送ります。',
    note: '預り証.txt',
  },
  en: {
    queue: 'procurement',
    choices: { kind: 'report', subject: 'supplier', identity: 'desk' },
    lists: { relationship: 'supplier', category: 'forced-labour', country: 'MY' },
    danger: true,
    fields: {
      where: 'The hostel behind the plating shop',
      when: 'Since the new manager came in May',
      people: 'The agent who recruits for them; everyone on line 3 saw it',
      reported_before: 'No, I was afraid to.',
      name: 'A. N. Other',
      contact: 'other@example.org',
    },
    text: 'The workers in the hostel had to hand in their passports & bank cards.\nThe door is locked at night, “for safety”. Nobody may leave <without permission>.',
    photo: 'the hostel door.jpg',
    paper: 'contract (copy).pdf',
    answer: 'Thank you for telling us. Is anybody locked in at this moment?',
    state: 'closed',
    outcome: 'partly',
    more: 'Not today. They open the door at six in the morning. I add what I wrote down.',
    note: 'notes\u202Efdp.exe', // it looks like notesexe.pdf,
  },
  es: {
    queue: 'compliance',
    choices: { kind: 'report', subject: 'own', identity: 'named' },
    lists: { relationship: 'former', category: 'bribery', country: 'MX' },
    danger: false,
    fields: {
      where: 'Planta de Querétaro, compras',
      when: 'Entre enero y marzo, antes de cada licitación',
      people: 'El jefe de compras y un señor de la empresa que ganó',
      reported_before: 'Se lo dije a mi jefa. Me pidió que lo olvidara.',
      name: 'María Núñez',
      contact: '+52 55 0000 0000',
    },
    text: '¿A quién se lo puedo decir? El jefe de compras recibió sobres con dinero antes de cada licitación.\nTengo fotos de dos reuniones; en una se ve el sobre.',
    photo: 'reunión del martes.jpg',
    paper: 'ofertas y señas.pdf',
    answer: 'Gracias por contárnoslo. ¿Recuerda la fecha de la segunda reunión?',
    state: 'monitoring',
    outcome: 'substantiated',
    more: 'Fue el 12 de marzo, después de comer. Añado mis apuntes.',
    note: 'apuntes.txt',
  },
  pt: {
    queue: 'hr',
    choices: { kind: 'report', subject: 'own', identity: 'anonymous' },
    lists: { relationship: 'agency', category: 'health-safety', country: 'BR' },
    danger: true,
    fields: {
      where: 'Galpão 4, prensa grande',
      when: 'Todas as noites desde a manutenção',
      people: 'O encarregado da noite; os colegas viram',
      reported_before: 'Sim, à segurança do trabalho. Não aconteceu nada.',
    },
    text: 'A proteção da prensa está desligada há semanas para ganhar tempo.\nOntem um colega quase perdeu a mão. Não posso dizer isso ao encarregado.',
    photo: 'proteção da prensa.jpg',
    paper: 'relatório da manutenção.pdf',
    answer: 'Obrigado por nos contar. A prensa está funcionando agora?',
    state: 'corrective-action',
    more: 'Está, no turno da noite. Mando o que anotei esta semana.',
    note: 'anotações.txt',
  },
  zh: {
    queue: 'procurement',
    choices: { kind: 'report', subject: 'supplier', identity: 'anonymous' },
    lists: { relationship: 'resident', category: 'environment', country: 'CN' },
    danger: false,
    fields: {
      where: '工厂北边的小河',
      when: '每周五晚上，下雨的时候更多',
      people: '两个穿灰色工作服的人，不知道名字',
      reported_before: '给村委会说过，没有回答。',
    },
    text: '供应商的工厂每周五晚上往河里排放有颜色的废水。\n河里的鱼都死了，孩子们还在那里玩。',
    photo: '河边照片.jpg',
    paper: '检测报告.pdf',
    answer: '谢谢您告诉我们。您看到的废水是什么颜色的？',
    state: 'acknowledged',
    more: '是深红色的，味道很刺鼻。我把记录发给你们。',
    note: '记录.txt',
  },
}

/** The answers of a report that are sealed: what stands in the form when nobody chose anything is not. */
export function sealedAnswers({ choices, lists, danger, fields }) {
  const unanswered = { kind: 'report', category: 'unsure', identity: 'anonymous' }
  const all = { ...choices, ...lists, ...(danger ? { danger: 'yes' } : {}), ...fields }
  return Object.fromEntries(Object.entries(all).filter(([field, value]) => value !== unanswered[field]))
}

/** The text of a key for the kind of this report. */
export const ofKind = (texts, { choices }, key) => texts[choices.kind === 'consultation' ? `consultation.${key}` : key]

/** How a day is written in each language. */
export const days = {
  ja: /^\d{4}年\d{1,2}月\d{1,2}日$/,
  en: /^\d{1,2} [A-Z][a-z]+ \d{4}$/,
  es: /^\d{1,2} de \p{Ll}+ de \d{4}$/u,
  pt: /^(?:1º|[2-9]|[12]\d|3[01]) de \p{Ll}+ de \d{4}$/u,
  zh: /^\d{4}年\d{1,2}月\d{1,2}日$/,
}
