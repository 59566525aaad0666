/** The privacy page as text and as HTML: what a relay keeps, for how long, what it logs, and who to ask. */
import { privacyChinese } from './privacy-chinese.ts'
import { privacyEnglish } from './privacy-english.ts'
import {
  PRIVACY_LANGUAGES,
  type PrivacyFacts,
  type PrivacyLanguage,
  type PrivacyPage,
  type PrivacySection
} from './privacy-facts.ts'

const PAGES: Readonly<Record<PrivacyLanguage, (facts: PrivacyFacts) => PrivacyPage>> = {
  en: privacyEnglish,
  zh: privacyChinese
}
const TAGS: Readonly<Record<PrivacyLanguage, string>> = { en: 'en', zh: 'zh-Hans' }

/** In one language, as Markdown. */
export function privacyText(facts: PrivacyFacts, language: PrivacyLanguage): string {
  const { title, columns, sections } = PAGES[language](facts)
  const parts = sections.map(({ title: name, paragraphs, rows = [] }) => {
    const head = rows.length === 0 ? [] : [columns, columns.map(() => '---')]
    const table = [...head, ...rows].map((cells) => `| ${cells.map(oneLine).join(' | ')} |\n`)
    return `## ${name}\n\n${table.join('')}${table.length === 0 ? '' : '\n'}${paragraphs.map(oneLine).join('\n\n')}\n`
  })
  return `# ${title}\n\n${parts.join('\n')}`
}

/** In every language, as one page that loads nothing. */
export function privacyHtml(facts: PrivacyFacts): string {
  const parts = PRIVACY_LANGUAGES.map((language) => {
    const page = PAGES[language](facts)
    const sections = page.sections.map((section) => sectionHtml(page, section)).join('')
    return `<article lang="${TAGS[language]}">\n<h1>${escaped(page.title)}</h1>\n${sections}</article>\n`
  })
  const title = PRIVACY_LANGUAGES.map((language) => PAGES[language](facts).title).join(' · ')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
</head>
<body>
<main>
${parts.join('')}</main>
</body>
</html>
`
}

function sectionHtml({ columns }: PrivacyPage, section: PrivacySection): string {
  const { title, paragraphs, rows = [] } = section
  const head = columns.map((name) => `<th scope="col">${escaped(name)}</th>`).join('')
  const body = rows
    .map(
      ([what, as, howLong]) =>
        `<tr><th scope="row">${escaped(what)}</th><td>${escaped(as)}</td><td>${escaped(howLong)}</td></tr>\n`
    )
    .join('')
  const table =
    rows.length === 0
      ? ''
      : `<table>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body}</tbody>\n</table>\n`
  const texts = paragraphs.map((text) => `<p>${escaped(text)}</p>\n`).join('')
  return `<section>\n<h2>${escaped(title)}</h2>\n${table}${texts}</section>\n`
}

/** An operator's own words must not break out of a line, or of a cell. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('|', '\\|')
}

function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
