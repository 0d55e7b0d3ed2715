// How the HTML form looks. No font, picture or script comes from elsewhere: the system's own letters, figures of one width,
// two sets of colours (light, dark; paper is light), each with a contrast of at least 4.5 to 1 for text and 3 to 1 for
// what pictures show.

enum ReportStyle {
  static let sheet: Markup = colours + text + figures + tables + pictures + narrow + paper

  private static let colours: Markup = """
    :root{color-scheme:light dark;--paper:#fff;--ink:#1b1f24;--soft:#59636e;--rule:#e2e6ea;--panel:#f6f7f9;--track:#e8ebef;--accent:#2c5fcf;--wash:#dfe8fb;--good:#1a7f4b;--bad:#c4372c;--warn:#8f5b00}
    @media screen and (prefers-color-scheme:dark){:root{--paper:#14171b;--ink:#e7eaee;--soft:#a3adb8;--rule:#2c323a;--panel:#1b1f25;--track:#2b313a;--accent:#82a8ff;--wash:#22304f;--good:#56c48b;--bad:#ff8b80;--warn:#e2b148}}

    """

  private static let text: Markup = """
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%}
    body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:break-word}
    .page{max-width:1080px;margin:0 auto;padding:40px 32px 56px}
    h1{margin:0;font-size:32px;line-height:1.2;font-weight:650;letter-spacing:-.015em;overflow-wrap:anywhere}
    h2{margin:56px 0 16px;padding-top:24px;border-top:1px solid var(--rule);font-size:20px;line-height:1.3;font-weight:650;letter-spacing:-.005em;overflow-wrap:anywhere}
    h3,figcaption{margin:0 0 12px;font-size:14px;line-height:1.4;font-weight:600;color:var(--ink)}
    h3{margin-top:28px}
    p{margin:0 0 12px;max-width:46em}
    a{color:var(--accent);text-decoration-thickness:1px;text-underline-offset:2px}
    code,pre{font-family:ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;font-size:.8125em}
    code{overflow-wrap:anywhere}
    pre{margin:8px 0 0;padding:12px 16px;background:var(--panel);border-radius:6px;line-height:1.45;white-space:pre-wrap;overflow-wrap:anywhere}
    .project{margin:0 0 4px;color:var(--soft);overflow-wrap:anywhere}
    .lead{margin:10px 0 0;color:var(--soft)}
    .soft{color:var(--soft)}
    .good{color:var(--good)}
    .bad{color:var(--bad)}
    .warn{color:var(--warn)}
    .nowrap{white-space:nowrap}
    footer{margin-top:56px;padding-top:16px;border-top:1px solid var(--rule);color:var(--soft);font-size:14px}

    """

  private static let figures: Markup = """
    .phases{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:8px;margin:28px 0 0;padding:0;list-style:none;font-size:14px;line-height:1.35}
    .phases li{padding-top:10px;border-top:4px solid var(--track);color:var(--soft)}
    .phases .done{border-color:var(--accent);color:var(--ink)}
    .phases .failed{border-color:var(--bad);color:var(--ink)}
    .phases b{display:block;font-weight:600}
    .phases span{display:block;font-size:13px;color:var(--soft)}
    .tiles{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:1px;margin:32px 0 0;padding:0;list-style:none;background:var(--rule);border:1px solid var(--rule);border-radius:8px;overflow:hidden}
    .tiles li{padding:14px 16px 16px;background:var(--paper)}
    .tiles span,.tiles b{overflow-wrap:anywhere;display:block}
    .tiles .name,.tiles .note{font-size:13px;line-height:1.4;color:var(--soft)}
    .tiles b{overflow-wrap:anywhere;margin:2px 0;font-size:21px;line-height:1.3;font-weight:600;letter-spacing:-.01em}
    .tiles b span{display:inline}
    .pair{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:32px 40px;align-items:start}
    .points{margin:0;padding:0;list-style:none}
    .points li{position:relative;padding:7px 0 7px 26px;border-top:1px solid var(--rule);font-size:15px;line-height:1.45;overflow-wrap:anywhere}
    .points li:first-child{border-top:0}
    .points li::before{content:"";position:absolute;left:2px;top:12px;width:10px;height:10px;border:1.5px solid var(--soft);border-radius:2px}
    .points small{display:block;font-size:13px;color:var(--soft)}
    .plain{margin:0;padding-left:20px}
    .plain li{margin:4px 0;overflow-wrap:anywhere}

    """

  private static let tables: Markup = """
    table{width:100%;border-collapse:collapse;font-size:14px;line-height:1.45}
    * + table{margin-top:24px}
    th,td{padding:9px 20px 9px 0;border-bottom:1px solid var(--rule);text-align:left;vertical-align:top}
    th:last-child,td:last-child{padding-right:0}
    thead th{padding-top:0;font-size:13px;font-weight:500;color:var(--soft);white-space:nowrap}
    th,td{overflow-wrap:anywhere}
    tbody th,tfoot th{font-weight:600}
    tbody th code,tbody th small{display:block;font-weight:400;color:var(--soft)}
    td small{display:block;color:var(--soft)}
    th small,td small{font-size:13px;line-height:1.4;overflow-wrap:anywhere}
    .figure{text-align:right;white-space:nowrap}
    tfoot th,tfoot td,tbody:last-child tr:last-child > *{border-bottom:0}
    tfoot th,tfoot td{font-weight:600}

    """

  private static let pictures: Markup = """
    figure{margin:0;min-width:0}
    figure + figure{margin-top:32px}
    figure + p,table + p{margin-top:14px;font-size:14px}
    .pair > *,.pair h3{margin-top:0}
    svg{display:block}
    svg text{font-size:12px;fill:var(--soft)}
    .field{display:flex;align-items:flex-start}
    .axis{flex:none}
    .axis text{text-anchor:end}
    .axis .name{text-anchor:start;font-size:13px}
    .canvas{position:relative;flex:1;min-width:0}
    .marks{position:absolute;left:0;top:0;overflow:visible}
    .shapes{position:absolute}
    .grid{fill:none;stroke:var(--rule);stroke-width:1;vector-effect:non-scaling-stroke}
    .thread{fill:none;stroke:var(--accent);stroke-width:1.5;opacity:.45;vector-effect:non-scaling-stroke}
    .solid{fill:var(--accent);stroke:var(--paper);stroke-width:1}
    .hollow{fill:var(--paper);stroke:var(--accent);stroke-width:1.75}
    .warm{fill:var(--paper);stroke:var(--warn);stroke-width:1.5}
    path.bad{fill:none;stroke:var(--bad);stroke-width:2.5;stroke-linecap:round}
    .line{fill:none;stroke:var(--accent);stroke-width:2;stroke-linejoin:round;vector-effect:non-scaling-stroke}
    .area{fill:var(--wash)}
    .mark{fill:var(--accent);stroke:var(--paper);stroke-width:1.5}
    .line.look1{stroke:var(--good)}.mark.look1{fill:var(--good)}
    .line.look2{stroke:var(--warn)}.mark.look2{fill:var(--warn)}
    .line.look3{stroke:var(--bad)}.mark.look3{fill:var(--bad)}
    .ends{display:flex;justify-content:space-between;gap:16px;margin-top:6px;padding-left:84px;font-size:12px;color:var(--soft)}
    .ends.single{justify-content:center}
    .plot .ends{padding-left:72px}
    .timeline .ends{padding-left:84px}
    .lanes .ends{padding-left:0}
    .legend{display:flex;flex-wrap:wrap;gap:2px 18px;margin:10px 0 0;font-size:13px;color:var(--soft)}
    .legend span{display:inline-flex;align-items:center;gap:5px;min-width:0;overflow-wrap:anywhere}
    .legend svg{flex:none}
    .plot > figcaption + .legend{margin:-6px 0 10px}
    .bars ul{margin:0;padding:0;list-style:none}
    .bars li{display:flex;flex-wrap:wrap;justify-content:space-between;gap:2px 16px;padding:7px 0;font-size:14px;line-height:1.4}
    .bars .label{min-width:0;overflow-wrap:anywhere}
    .bars .value{margin-left:auto;color:var(--soft)}
    .bars .total .label,.bars .total .value{font-weight:600;color:var(--ink)}
    .bars li > svg{flex:0 0 100%;margin-top:3px;border-radius:3px}
    .lanes li > svg{overflow:visible;border-radius:0}
    .track{fill:var(--track)}
    rect.accent,rect.done{fill:var(--accent)}
    rect.added{fill:var(--good)}
    rect.removed{fill:var(--bad)}
    rect.plain{fill:var(--soft)}

    """

  private static let narrow: Markup = """
    @media screen and (max-width:720px){
    .page{padding:24px 16px 40px}
    h1{font-size:25px}
    h2{margin-top:40px;padding-top:20px;font-size:19px}
    .tiles{grid-template-columns:repeat(2,minmax(0,1fr))}
    .tiles li{padding:12px}
    .tiles b{overflow-wrap:anywhere;font-size:18px}
    .pair{grid-template-columns:minmax(0,1fr)}
    .phases{gap:5px;font-size:13px}
    .phases span{font-size:12px}
    table,tbody,tfoot{display:block}
    thead,colgroup{display:none}
    tr{display:block;padding:12px 0;border-bottom:1px solid var(--rule)}
    tbody th,tfoot th,td,td.figure{display:block;width:auto;padding:0;border:0;text-align:left;white-space:normal}
    tr:last-child{border-bottom:0}
    tbody:not(:last-child) tr:last-child{border-bottom:1px solid var(--rule)}
    * + table{margin-top:12px}
    tbody th,tfoot th{margin-bottom:6px;font-size:15px}
    td{display:grid;grid-template-columns:104px minmax(0,1fr);gap:12px;padding:2px 0}
    td.figure{display:grid;padding:2px 0}
    td::before{content:attr(data-label);color:var(--soft)}
    }

    """

  private static let paper: Markup = """
    @media print{
    @page{margin:16mm}
    body{font-size:10.5pt}
    .page{max-width:none;padding:0}
    h1{font-size:22pt}
    h2{margin-top:28px;break-after:avoid}
    h3,figcaption{break-after:avoid}
    figure,tr,.tiles,.phases,.points li,pre{break-inside:avoid}
    table{font-size:8.5pt}
    th,td{padding-right:10px}
    th small,td small{font-size:8pt}
    thead th{font-size:8pt}
    code{font-size:7.5pt}
    * + table{margin-top:16px}
    thead{display:table-header-group}
    a{color:inherit;text-decoration:none}
    *{-webkit-print-color-adjust:exact;print-color-adjust:exact}
    }

    """
}
