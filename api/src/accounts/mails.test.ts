import assert from 'node:assert/strict';
import { describe, test } from 'vitest';
import { languages } from '../schema/languages.ts';
import { mailSubjects, writeMail } from './mails.ts';

const ENGLISH = /(?<!\p{L})(the|is|was|your|you|this|open|link to|that|if|nothing)(?!\p{L})/iu;
/** Everybody is spoken to alike: du, tu, tú. */
const FORMAL = /(?<!\p{L})(Sie haben|Ihre?[nmrs]?|Öffnen Sie|vous|votre|vos|usted|su cuenta)(?!\p{L})/u;
const link = 'https://example.org/account/verify#token';

describe.each(languages)('in %s', (language) => {
  test.each(mailSubjects)('%s', (subject) => {
    const mail = writeMail(subject, language, 'name@example.org', link);
    const english = writeMail(subject, 'en', 'name@example.org', link);
    assert.equal(mail.text.includes(link), english.text.includes(link));
    assert.doesNotMatch(`${mail.subject} ${mail.text}`, /\{\w*\}|\\n/);
    // How long a link is good for is the same everywhere.
    assert.deepEqual(mail.text.match(/\d+/g), english.text.match(/\d+/g));
    if (language === 'en') return;
    const said = `${mail.subject} ${mail.text.replace(link, '').replace('Neural Entrainment System', '')}`;
    assert.doesNotMatch(said, ENGLISH);
    assert.doesNotMatch(said, FORMAL);
    if (language === 'fr') assert.doesNotMatch(said, /[^\u202f][;?!:]|'/);
  });
});
