import type { Mail } from '../platform/mail.ts';

/** Languages that mails are written in. */
export const mailLanguages = ['en', 'es', 'fr', 'de'] as const;
export type MailLanguage = (typeof mailLanguages)[number];

/** What a mail is about. */
export type MailSubject = 'verify' | 'reset' | 'change' | 'changed' | 'taken' | 'passwordChanged';

interface Template {
  subject: string;
  /** Lines before the link; `{link}` is where it stands, if the mail has one. */
  text: string;
}

const SIGNATURE = 'Neural Entrainment System';

const templates: Record<MailLanguage, Record<MailSubject, Template>> = {
  en: {
    verify: {
      subject: 'Confirm your e-mail address',
      text: 'Open this link to confirm your e-mail address. It is good for 3 days.\n\n{link}\n\nIf you did not sign up, do nothing.',
    },
    reset: {
      subject: 'Choose a new password',
      text: 'Open this link to choose a new password. It is good for 1 hour and once.\n\n{link}\n\nIf you did not ask for it, do nothing: your password stays as it is.',
    },
    change: {
      subject: 'Confirm your new e-mail address',
      text: 'Open this link to make this your e-mail address. It is good for 3 days.\n\n{link}\n\nIf you did not ask for it, do nothing.',
    },
    changed: {
      subject: 'Your e-mail address was changed',
      text: 'Your account now goes by another e-mail address. If that was not you, answer to this mail or write to the operator of the site.',
    },
    taken: {
      subject: 'This address already has an account',
      text: 'Somebody asked to use this e-mail address for another account. It already belongs to yours, so nothing was changed. If you forgot your password, ask for a new one here:\n\n{link}',
    },
    passwordChanged: {
      subject: 'Your password was changed',
      text: 'The password of your account was changed and all devices were signed out. If that was not you, ask for a new password here:\n\n{link}',
    },
  },
  es: {
    verify: {
      subject: 'Confirma tu dirección de correo',
      text: 'Abre este enlace para confirmar tu dirección de correo. Es válido durante 3 días.\n\n{link}\n\nSi no te has registrado, no hagas nada.',
    },
    reset: {
      subject: 'Elige una contraseña nueva',
      text: 'Abre este enlace para elegir una contraseña nueva. Es válido durante 1 hora y una sola vez.\n\n{link}\n\nSi no lo has pedido, no hagas nada: tu contraseña sigue igual.',
    },
    change: {
      subject: 'Confirma tu nueva dirección de correo',
      text: 'Abre este enlace para usar esta dirección de correo. Es válido durante 3 días.\n\n{link}\n\nSi no lo has pedido, no hagas nada.',
    },
    changed: {
      subject: 'Tu dirección de correo ha cambiado',
      text: 'Tu cuenta tiene ahora otra dirección de correo. Si no has sido tú, responde a este mensaje o escribe al operador del sitio.',
    },
    taken: {
      subject: 'Esta dirección ya tiene una cuenta',
      text: 'Alguien ha pedido usar esta dirección de correo para otra cuenta. Ya pertenece a la tuya, así que no ha cambiado nada. Si has olvidado la contraseña, pide una nueva aquí:\n\n{link}',
    },
    passwordChanged: {
      subject: 'Tu contraseña ha cambiado',
      text: 'La contraseña de tu cuenta ha cambiado y se ha cerrado la sesión en todos los dispositivos. Si no has sido tú, pide una contraseña nueva aquí:\n\n{link}',
    },
  },
  fr: {
    verify: {
      subject: 'Confirmez votre adresse e-mail',
      text: 'Ouvrez ce lien pour confirmer votre adresse e-mail. Il est valable 3 jours.\n\n{link}\n\nSi vous ne vous êtes pas inscrit, ne faites rien.',
    },
    reset: {
      subject: 'Choisissez un nouveau mot de passe',
      text: "Ouvrez ce lien pour choisir un nouveau mot de passe. Il est valable 1 heure et une seule fois.\n\n{link}\n\nSi vous n'avez rien demandé, ne faites rien : votre mot de passe reste le même.",
    },
    change: {
      subject: 'Confirmez votre nouvelle adresse e-mail',
      text: "Ouvrez ce lien pour utiliser cette adresse e-mail. Il est valable 3 jours.\n\n{link}\n\nSi vous n'avez rien demandé, ne faites rien.",
    },
    changed: {
      subject: 'Votre adresse e-mail a changé',
      text: "Votre compte a maintenant une autre adresse e-mail. Si ce n'était pas vous, répondez à ce message ou écrivez à l'exploitant du site.",
    },
    taken: {
      subject: 'Cette adresse a déjà un compte',
      text: "Quelqu'un a demandé à utiliser cette adresse e-mail pour un autre compte. Elle appartient déjà au vôtre, rien n'a donc changé. Si vous avez oublié votre mot de passe, demandez-en un nouveau ici :\n\n{link}",
    },
    passwordChanged: {
      subject: 'Votre mot de passe a changé',
      text: "Le mot de passe de votre compte a changé et tous les appareils ont été déconnectés. Si ce n'était pas vous, demandez un nouveau mot de passe ici :\n\n{link}",
    },
  },
  de: {
    verify: {
      subject: 'E-Mail-Adresse bestätigen',
      text: 'Öffnen Sie diesen Link, um Ihre E-Mail-Adresse zu bestätigen. Er gilt 3 Tage.\n\n{link}\n\nWenn Sie sich nicht angemeldet haben, brauchen Sie nichts zu tun.',
    },
    reset: {
      subject: 'Neues Passwort wählen',
      text: 'Öffnen Sie diesen Link, um ein neues Passwort zu wählen. Er gilt 1 Stunde und nur einmal.\n\n{link}\n\nWenn Sie das nicht verlangt haben, brauchen Sie nichts zu tun: Ihr Passwort bleibt, wie es ist.',
    },
    change: {
      subject: 'Neue E-Mail-Adresse bestätigen',
      text: 'Öffnen Sie diesen Link, um diese E-Mail-Adresse zu verwenden. Er gilt 3 Tage.\n\n{link}\n\nWenn Sie das nicht verlangt haben, brauchen Sie nichts zu tun.',
    },
    changed: {
      subject: 'Ihre E-Mail-Adresse wurde geändert',
      text: 'Ihr Konto hat jetzt eine andere E-Mail-Adresse. Wenn Sie das nicht waren, antworten Sie auf diese Nachricht oder schreiben Sie dem Betreiber der Seite.',
    },
    taken: {
      subject: 'Diese Adresse hat schon ein Konto',
      text: 'Jemand wollte diese E-Mail-Adresse für ein anderes Konto verwenden. Sie gehört schon zu Ihrem, deshalb wurde nichts geändert. Wenn Sie Ihr Passwort vergessen haben, fordern Sie hier ein neues an:\n\n{link}',
    },
    passwordChanged: {
      subject: 'Ihr Passwort wurde geändert',
      text: 'Das Passwort Ihres Kontos wurde geändert, und alle Geräte wurden abgemeldet. Wenn Sie das nicht waren, fordern Sie hier ein neues Passwort an:\n\n{link}',
    },
  },
};

/** The mail in the person's language; English when it is none of ours. */
export function writeMail(subject: MailSubject, language: string, to: string, link: string | null): Mail {
  const template = (templates[language as MailLanguage] ?? templates.en)[subject];
  return {
    to,
    subject: template.subject,
    text: `${template.text.replace('{link}', link ?? '')}\n\n${SIGNATURE}\n`,
    link,
  };
}
