import type { Mail } from '../platform/mail.ts';
import type { Language } from '../schema/languages.ts';

/** What a mail is about. */
export const mailSubjects = [
  'verify',
  'reset',
  'change',
  'changing',
  'changed',
  'enter',
  'taken',
  'passwordChanged',
] as const;
export type MailSubject = (typeof mailSubjects)[number];

interface Template {
  subject: string;
  /** Lines before the link; `{link}` is where it stands, if the mail has one. */
  text: string;
}

const SIGNATURE = 'Neural Entrainment System';

const templates: Record<Language, Record<MailSubject, Template>> = {
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
    changing: {
      subject: 'Your e-mail address is about to change',
      text: 'Somebody who knows your password asked that your account goes by another e-mail address. If that was you, do nothing.\n\nIf it was not you, open this link: the change is stopped and all devices are signed out. It is good for 3 days, until the change is confirmed.\n\n{link}\n\nThen choose a new password.',
    },
    enter: {
      subject: 'Sign in',
      text: 'Open this link on the device that you want to sign in on. It is good for 1 hour and once.\n\n{link}\n\nIf you did not ask for it, do nothing.',
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
    changing: {
      subject: 'Tu dirección de correo está a punto de cambiar',
      text: 'Alguien que conoce tu contraseña ha pedido que tu cuenta pase a otra dirección de correo. Si has sido tú, no hagas nada.\n\nSi no has sido tú, abre este enlace: el cambio se detiene y se cierra la sesión en todos los dispositivos. Es válido durante 3 días, hasta que el cambio se confirme.\n\n{link}\n\nDespués elige una contraseña nueva.',
    },
    enter: {
      subject: 'Iniciar sesión',
      text: 'Abre este enlace en el dispositivo en el que quieres iniciar sesión. Es válido durante 1 hora y una sola vez.\n\n{link}\n\nSi no lo has pedido, no hagas nada.',
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
      subject: 'Confirme ton adresse e-mail',
      text: 'Ouvre ce lien pour confirmer ton adresse e-mail. Il est valable 3 jours.\n\n{link}\n\nSi tu n’as pas créé de compte, ne fais rien.',
    },
    reset: {
      subject: 'Choisis un nouveau mot de passe',
      text: 'Ouvre ce lien pour choisir un nouveau mot de passe. Il est valable 1 heure et une seule fois.\n\n{link}\n\nSi tu n’as rien demandé, ne fais rien : ton mot de passe reste le même.',
    },
    change: {
      subject: 'Confirme ta nouvelle adresse e-mail',
      text: 'Ouvre ce lien pour que cette adresse e-mail devienne la tienne. Il est valable 3 jours.\n\n{link}\n\nSi tu n’as rien demandé, ne fais rien.',
    },
    changing: {
      subject: 'Ton adresse e-mail va changer',
      text: 'Quelqu’un qui connaît ton mot de passe a demandé que ton compte passe à une autre adresse e-mail. Si c’était toi, ne fais rien.\n\nSi ce n’était pas toi, ouvre ce lien : le changement est arrêté et tous les appareils sont déconnectés. Il est valable 3 jours, tant que le changement n’est pas confirmé.\n\n{link}\n\nChoisis ensuite un nouveau mot de passe.',
    },
    enter: {
      subject: 'Connexion',
      text: 'Ouvre ce lien sur l’appareil où tu veux te connecter. Il est valable 1 heure et une seule fois.\n\n{link}\n\nSi tu n’as rien demandé, ne fais rien.',
    },
    changed: {
      subject: 'Ton adresse e-mail a changé',
      text: 'Ton compte a maintenant une autre adresse e-mail. Si ce n’était pas toi, réponds à ce message ou écris aux responsables du site.',
    },
    taken: {
      subject: 'Cette adresse a déjà un compte',
      text: 'Quelqu’un a voulu utiliser cette adresse e-mail pour un autre compte. Elle appartient déjà au tien, rien n’a donc changé. Si tu as oublié ton mot de passe, demandes-en un nouveau ici :\n\n{link}',
    },
    passwordChanged: {
      subject: 'Ton mot de passe a changé',
      text: 'Le mot de passe de ton compte a changé et tous les appareils ont été déconnectés. Si ce n’était pas toi, demande un nouveau mot de passe ici :\n\n{link}',
    },
  },
  de: {
    verify: {
      subject: 'E-Mail-Adresse bestätigen',
      text: 'Öffne diesen Link, um deine E-Mail-Adresse zu bestätigen. Er gilt 3 Tage.\n\n{link}\n\nWenn du dich nicht registriert hast, musst du nichts tun.',
    },
    reset: {
      subject: 'Neues Passwort wählen',
      text: 'Öffne diesen Link, um ein neues Passwort zu wählen. Er gilt 1 Stunde und nur einmal.\n\n{link}\n\nWenn du das nicht wolltest, musst du nichts tun: Dein Passwort bleibt, wie es ist.',
    },
    change: {
      subject: 'Neue E-Mail-Adresse bestätigen',
      text: 'Öffne diesen Link, damit das deine E-Mail-Adresse wird. Er gilt 3 Tage.\n\n{link}\n\nWenn du das nicht wolltest, musst du nichts tun.',
    },
    changing: {
      subject: 'Deine E-Mail-Adresse soll geändert werden',
      text: 'Jemand, der dein Passwort kennt, möchte, dass dein Konto eine andere E-Mail-Adresse bekommt. Wenn du das warst, musst du nichts tun.\n\nWenn du es nicht warst, öffne diesen Link: Die Änderung wird gestoppt, und alle Geräte werden abgemeldet. Er gilt 3 Tage, solange die Änderung nicht bestätigt ist.\n\n{link}\n\nWähl danach ein neues Passwort.',
    },
    enter: {
      subject: 'Anmelden',
      text: 'Öffne diesen Link auf dem Gerät, auf dem du dich anmelden möchtest. Er gilt 1 Stunde und nur einmal.\n\n{link}\n\nWenn du das nicht wolltest, musst du nichts tun.',
    },
    changed: {
      subject: 'Deine E-Mail-Adresse wurde geändert',
      text: 'Dein Konto hat jetzt eine andere E-Mail-Adresse. Wenn du das nicht warst, antworte auf diese Mail oder schreib denen, die die Seite betreiben.',
    },
    taken: {
      subject: 'Diese Adresse hat schon ein Konto',
      text: 'Jemand wollte diese E-Mail-Adresse für ein anderes Konto nehmen. Sie gehört schon zu deinem, darum wurde nichts geändert. Wenn du dein Passwort vergessen hast, hol dir hier ein neues:\n\n{link}',
    },
    passwordChanged: {
      subject: 'Dein Passwort wurde geändert',
      text: 'Das Passwort deines Kontos wurde geändert, und alle Geräte wurden abgemeldet. Wenn du das nicht warst, hol dir hier ein neues Passwort:\n\n{link}',
    },
  },
};

/** The mail in the person's language. */
export function writeMail(subject: MailSubject, language: Language, to: string, link: string | null): Mail {
  const template = templates[language][subject];
  return {
    to,
    subject: template.subject,
    text: `${template.text.replace('{link}', link ?? '')}\n\n${SIGNATURE}\n`,
    link,
  };
}
