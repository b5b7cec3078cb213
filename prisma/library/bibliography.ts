/** One paper behind what is known, as it was read. */
export interface Source {
  /** Title as on the paper; in square brackets what it is about, where the title itself was not read. */
  title: string;
  /** Family names, as on the paper; more than three become "first author et al.". */
  authors: string;
  year: number;
  /** DOI link, or the paper in PubMed Central. Absent where no link could be verified. */
  url?: string;
  /** PubMed's number, where no DOI is known. */
  pmid?: string;
  /** Who or what was studied, and how many. */
  participants: string;
  /** What was really heard or done, and against what; absent for reviews that pool many. */
  stimulus?: string;
  /** An interest of those who wrote or paid for it, as far as it is known; absent is none that we know of. */
  funding?: string;
  /** What the paper found, in one plain sentence. */
  finding: string;
  /** Day on which its abstract or the publisher's page was read, as YYYY-MM-DD. */
  readOn: string;
}

/** Day of the comparison with the literature that these lines come from. */
const READ = '2026-11-30';

/** Every paper that the library names, by the key that its entries use. */
export const BIBLIOGRAPHY: Readonly<Record<string, Source>> = {
  'aparecido-kanzler-2021': {
    title: 'Effects of binaural beats and isochronic tones on brain wave modulation: Literature review',
    authors: 'Aparecido-Kanzler, Cidral-Filho, Prediger',
    year: 2021,
    url: 'https://doi.org/10.24875/rmn.20000100',
    participants: '17 trials',
    finding: 'Of the 17 sounder trials of beats up to then, only two used isochronic tones.',
    readOn: READ,
  },
  'balban-2023': {
    title: 'Brief structured respiration practices enhance mood and reduce physiological arousal',
    authors: 'Balban et al.',
    year: 2023,
    url: 'https://doi.org/10.1016/j.xcrm.2022.100895',
    participants: '114 people in four groups',
    stimulus:
      'Five minutes a day for 28 days: cyclic sighing (two breaths in, one long breath out), box breathing, or breathing with long inhales and holds; the comparison was mindfulness meditation.',
    finding:
      'In 114 people five minutes of breathing exercise a day for a month raised positive mood more than mindfulness meditation, cyclic sighing most; anxiety and negative mood fell as much with either.',
    readOn: READ,
  },
  'bang-2019': {
    title:
      'Minimal Effects of Binaural Auditory Beats for Subclinical Insomnia: A Randomized Double-Blind Controlled Study',
    authors: 'Bang, Choi, Yoon',
    year: 2019,
    url: 'https://doi.org/10.1097/JCP.0000000000001097',
    participants: '43 people',
    stimulus: 'Theta beats within music for 30 minutes before bed, two weeks, double-blind against a sham.',
    finding:
      'In 43 people two weeks of music with theta beats before bed lowered insomnia scores no more than the same without them (p = 0.656).',
    readOn: READ,
  },
  'baseanu-2024': {
    title: 'The Efficiency of Binaural Beats on Anxiety and Depression—A Systematic Review',
    authors: 'Baseanu et al.',
    year: 2024,
    url: 'https://doi.org/10.3390/app14135675',
    participants: '12 studies',
    finding:
      'In twelve studies binaural beats went with fewer signs of anxiety and depression than conditions such as no music or silent headphones.',
    readOn: READ,
  },
  'basner-2026': {
    title:
      '[Efficacy of pink noise and earplugs for mitigating the effects of intermittent environmental noise on sleep, SLEEP]',
    authors: 'Basner et al.',
    year: 2026,
    pmid: '41627391',
    participants: '25 people, seven nights each',
    stimulus:
      'Pink noise at 40 or 50 dBA through the night, alone or with aircraft noise, measured by polysomnography (NCT05774977).',
    funding: 'Paid for by the US Federal Aviation Administration.',
    finding:
      'In 25 people pink noise at 50 dBA alone cost about 19 minutes of REM sleep, and made sleep with aircraft noise worse; earplugs did better.',
    readOn: READ,
  },
  'basu-2022': {
    title:
      'Potential of binaural beats intervention for improving memory and attention: insights from meta-analysis and systematic review',
    authors: 'Basu, Banerjee',
    year: 2022,
    url: 'https://doi.org/10.1007/s00426-022-01706-7',
    participants: '15 studies',
    finding:
      'Fifteen studies of memory and attention gave g = 0.40, with conflicting results between theta and beta beats.',
    readOn: READ,
  },
  'birdee-2023': {
    title: 'Slow breathing for reducing stress: The effect of extending exhale',
    authors: 'Birdee et al.',
    year: 2023,
    url: 'https://doi.org/10.1016/j.ctim.2023.102937',
    participants: '100 people',
    stimulus: 'Slow breathing with the breath out longer than the breath in, against equal breaths.',
    finding:
      'In 100 people over twelve weeks slow breathing with a longer breath out lowered anxiety no more than slow breathing with equal breaths.',
    readOn: READ,
  },
  'buxton-2021': {
    title: 'A synthesis of health benefits of natural sounds and their distribution in national parks',
    authors: 'Buxton, Pearson, Allou, Fristrup, Wittemyer',
    year: 2021,
    url: 'https://doi.org/10.1073/pnas.2013097118',
    participants: '18 publications',
    stimulus: 'Recorded natural sounds.',
    finding: 'A meta-analysis of 18 publications found less stress and annoyance with natural sounds (g = −0.60).',
    readOn: READ,
  },
  'capezuti-2022': {
    title: 'Systematic review: auditory stimulation and sleep',
    authors: 'Capezuti et al.',
    year: 2022,
    url: 'https://doi.org/10.5664/jcsm.9860',
    participants: '34 studies, 1103 people',
    finding:
      'Nine of eleven studies of pink noise and six of eighteen of white noise reported better sleep; none reported harm in the short term, and the authors find no strong evidence.',
    readOn: READ,
  },
  'chaieb-2017': {
    title: 'The Impact of Monaural Beat Stimulation on Anxiety and Cognition',
    authors: 'Chaieb, Wilpert, Hoppe, Axmacher, Fell',
    year: 2017,
    url: 'https://doi.org/10.3389/fnhum.2017.00251',
    participants: 'not stated in the abstract',
    stimulus: 'Five minutes of 6, 10 or 40 Hz monaural beats.',
    finding:
      'Five minutes of 6, 10 or 40 Hz monaural beats lowered reported anxiety compared with a control sound; no gain in memory or vigilance is reported.',
    readOn: READ,
  },
  'colzato-2017': {
    title: 'More attentional focusing through binaural beats: Evidence from the global–local task',
    authors: 'Colzato, Barone, Sellaro, Hommel',
    year: 2017,
    url: 'https://doi.org/10.1007/s00426-015-0727-0',
    participants: 'not stated in the abstract',
    stimulus: 'A 40 Hz binaural beat for three minutes before and during the task; the control was a 340 Hz tone.',
    finding:
      'With 40 Hz binaural beats people attended more to details than with a constant tone; the ability to ignore distraction was the same.',
    readOn: READ,
  },
  'dabiri-2022': {
    title:
      'The effect of auditory stimulation using delta binaural beat for a better sleep and post-sleep mood: A pilot study',
    authors: 'Dabiri et al.',
    year: 2022,
    url: 'https://doi.org/10.1177/20552076221102243',
    participants: '20 students, one group',
    stimulus: 'A 3 Hz beat (174 and 177 Hz) for 90 minutes a night for a week, with no control sound.',
    finding:
      'Twenty students reported better sleep in a week with 90 minutes of delta beats a night than in the week before; there was no control sound.',
    readOn: READ,
  },
  'dutheil-2021': {
    title: 'Effects of a Short Daytime Nap on the Cognitive Performance: A Systematic Review and Meta-Analysis',
    authors: 'Dutheil et al.',
    year: 2021,
    url: 'https://doi.org/10.3390/ijerph181910212',
    participants: '11 studies',
    stimulus: 'Naps of 55 minutes on the mean; no sound.',
    finding:
      'Over 11 studies a daytime nap improved later performance a little, most of all alertness; results just after waking conflict.',
    readOn: READ,
  },
  'engelbregt-2019': {
    title:
      'The effects of binaural and monaural beat stimulation on cognitive functioning in subjects with different levels of emotionality',
    authors: 'Engelbregt et al.',
    year: 2019,
    url: 'https://doi.org/10.5709/acp-0268-8',
    participants: '24 people',
    stimulus: '40 Hz beats, binaural and monaural, during the task; the control was white noise.',
    finding:
      'In 24 people 40 Hz beats, binaural and monaural, went with faster answers in a flanker task than white noise; accuracy was the same.',
    readOn: READ,
  },
  'fincham-2023-meta': {
    title: 'Effect of breathwork on stress and mental health: A meta-analysis of randomised-controlled trials',
    authors: 'Fincham, Strauss, Montero-Marin, Cavanagh',
    year: 2023,
    url: 'https://doi.org/10.1038/s41598-022-27247-y',
    participants: '12 trials, 785 people',
    stimulus: 'Breathing exercises of many kinds, against no exercise or other care.',
    finding:
      'Over 12 randomised trials breathing exercises went with less reported stress (g = −0.35); most trials had a moderate risk of bias.',
    readOn: READ,
  },
  'fincham-2023-pace': {
    title: 'Effect of coherent breathing on mental health and wellbeing: a randomised placebo-controlled trial',
    authors: 'Fincham, Strauss, Cavanagh',
    year: 2023,
    url: 'https://doi.org/10.1038/s41598-023-49279-8',
    participants: '400 people',
    stimulus:
      '5.5 breaths a minute, in and out equally long, against a placebo pace of 12 a minute, 10 minutes a day for 28 days.',
    finding:
      'In 400 people ten minutes a day for four weeks at 5.5 breaths a minute did no more for stress, anxiety, mood or wellbeing than breathing at 12 a minute; both groups improved.',
    readOn: READ,
  },
  'garcia-argibay-2017': {
    title: 'Binaural auditory beats affect long-term memory',
    authors: 'Garcia-Argibay, Santed, Reales',
    year: 2017,
    url: 'https://doi.org/10.1007/s00426-017-0959-2',
    participants: '32 people',
    stimulus: '20 Hz or 5 Hz binaural beats before learning; the comparison was white noise.',
    finding: 'In 32 people 20 Hz beats went with better and 5 Hz beats with worse recall of words than white noise.',
    readOn: READ,
  },
  'garcia-argibay-2019': {
    title: 'Efficacy of binaural auditory beats in cognition, anxiety, and pain perception: a meta-analysis',
    authors: 'Garcia-Argibay, Santed, Reales',
    year: 2019,
    url: 'https://doi.org/10.1007/s00426-018-1066-8',
    participants: '22 studies, 35 effects',
    finding:
      'Over 22 studies of memory, attention, anxiety and pain together the mean effect of binaural beats was medium (g = 0.45), larger when heard before the task.',
    readOn: READ,
  },
  'herdman-2002': {
    title: 'Intracerebral sources of human auditory steady-state responses',
    authors: 'Herdman et al.',
    year: 2002,
    participants: 'not stated in the abstract',
    stimulus: 'A 1000 Hz tone, sinusoidally modulated to 100 %, at 12, 39 and 88 Hz, 70 dB SPL, one ear.',
    finding: 'A 1000 Hz tone modulated at 12, 39 or 88 Hz is answered at its rate; at 39 Hz the cortex answers, too.',
    readOn: READ,
  },
  'ingendoh-2023': {
    title:
      'Binaural beats to entrain the brain? A systematic review of the effects of binaural beat stimulation on brain oscillatory activity, and the implications for psychological research and intervention',
    authors: 'Ingendoh, Posny, Heine',
    year: 2023,
    url: 'https://doi.org/10.1371/journal.pone.0286023',
    participants: '14 studies',
    finding:
      'Of 14 EEG studies, five fit the idea that brain rhythms follow the beat, eight contradict it and one is mixed.',
    readOn: READ,
  },
  'jirakittayakorn-2017': {
    title:
      'Brain Responses to a 6-Hz Binaural Beat: Effects on General Theta Rhythm and Frontal Midline Theta Activity',
    authors: 'Jirakittayakorn, Wongsawat',
    year: 2017,
    url: 'https://doi.org/10.3389/fnins.2017.00365',
    participants: '28 people',
    stimulus: 'A 6 Hz binaural beat on a 250 Hz tone for 30 minutes, without noise or bells.',
    finding:
      'In 28 people a 6 Hz beat on a 250 Hz tone went with more theta activity within ten minutes and less reported tension (BRUMS scale) than the control condition.',
    readOn: READ,
  },
  'jirakittayakorn-2018': {
    title: 'A Novel Insight of Effects of a 3-Hz Binaural Beat on Sleep Stages During Sleep',
    authors: 'Jirakittayakorn, Wongsawat',
    year: 2018,
    url: 'https://doi.org/10.3389/fnhum.2018.00387',
    participants: '24 people, 12 with the beat and 12 without',
    stimulus:
      'A 3 Hz binaural beat, switched on by live EEG at the first light sleep (N2) and off at the first deep sleep (N3).',
    finding:
      'In 12 sleepers a 3 Hz beat, played by live EEG only from light sleep until deep sleep began, went with earlier and longer deep sleep than in 12 others without it.',
    readOn: READ,
  },
  'klichowski-2023': {
    title: 'Reverse effect of home-use binaural beats brain stimulation',
    authors: 'Klichowski et al.',
    year: 2023,
    url: 'https://doi.org/10.1038/s41598-023-38313-4',
    participants: '1000 people',
    stimulus: 'Binaural beats at home during a reasoning test.',
    finding:
      'Among 1000 people tested at home, those who heard binaural beats during a reasoning test scored lower; other sounds and silence made no difference.',
    readOn: READ,
  },
  'laborde-2022': {
    title:
      'Effects of voluntary slow breathing on heart rate and heart rate variability: A systematic review and a meta-analysis',
    authors: 'Laborde et al.',
    year: 2022,
    url: 'https://doi.org/10.1016/j.neubiorev.2022.104711',
    participants: '223 studies',
    stimulus: 'Slow breathing at many paces; 172 studies measured during it, 16 just after, 49 after a course.',
    finding:
      'Over 223 studies slow breathing raised heart rate variability during the exercise, just after it and after a course of sessions.',
    readOn: READ,
  },
  'landman-2014': {
    title: '[Individual patient data of the trials of device-guided breathing, JAMA Internal Medicine]',
    authors: 'Landman et al.',
    year: 2014,
    pmid: '25222103',
    participants: 'individual data of several trials',
    stimulus: 'Tones that lead to slow breathing, against music or a sham device.',
    finding: 'Against music or a sham device, breathing led by a device made no difference.',
    readOn: READ,
  },
  'lee-2024': {
    title:
      'Effect of dynamic binaural beats on sleep quality: a proof-of-concept study with questionnaire and biosignals',
    authors: 'Lee et al.',
    year: 2024,
    url: 'https://doi.org/10.1093/sleep/zsae097',
    participants: '10 people',
    stimulus:
      'A binaural beat that moves between 0 and 3 Hz (100 Hz against 100 to 103 Hz); the comparison was silence.',
    funding: 'The authors work for LG Electronics, which sells such sound.',
    finding: 'Ten people fell asleep sooner with a binaural beat that moved between 0 and 3 Hz than in silence.',
    readOn: READ,
  },
  'leistiko-2023': {
    title: 'Effects of gamma frequency binaural beats on attention and anxiety',
    authors: 'Leistiko, Madanat, Yeung, Stone',
    year: 2023,
    url: 'https://doi.org/10.1007/s12144-023-04681-3',
    participants: '58 people',
    stimulus: 'A 40 Hz binaural beat during an attention test online; the control was a 380 Hz tone.',
    finding: 'In 58 adults 40 Hz binaural beats changed neither attention nor anxiety compared with a plain tone.',
    readOn: READ,
  },
  'lopez-caballero-2017': {
    title: 'Binaural Beat: A Failure to Enhance EEG Power and Emotional Arousal',
    authors: 'López-Caballero, Escera',
    year: 2017,
    url: 'https://doi.org/10.3389/fnhum.2017.00557',
    participants: 'not stated in the abstract',
    stimulus: 'Three minutes each of 4.53, 8.97, 17.93, 34.49 and 57.3 Hz, as binaural and as acoustic beats.',
    finding:
      'Three minutes of beats at five rates, binaural or acoustic, changed neither EEG band power nor emotional arousal.',
    readOn: READ,
  },
  'mahtani-2012': {
    title:
      'Device-guided breathing exercises in the control of human blood pressure: systematic review and meta-analysis',
    authors: 'Mahtani, Nunan, Heneghan',
    year: 2012,
    pmid: '22495126',
    participants: '8 trials, 494 people',
    stimulus: 'Tones that lead from one’s own pace to fewer than ten breaths a minute.',
    funding: 'Several of the pooled trials were paid for by the device’s maker.',
    finding: 'The effect of breathing devices disappeared when the trials that their maker had paid for were left out.',
    readOn: READ,
  },
  'mallik-2022': {
    title: 'The effects of music & auditory beat stimulation on anxiety: A randomized clinical trial',
    authors: 'Mallik, Russo',
    year: 2022,
    url: 'https://doi.org/10.1371/journal.pone.0259312',
    participants: '163 people',
    stimulus:
      '24 minutes of calm music, with theta beats or without, or pink noise, once; participants knew what they heard.',
    funding: 'It tested the app of LUCID, the company that announced it.',
    finding:
      'In 163 people who take medicine for anxiety, calm music with theta beats did best in those with moderate anxiety; in those with high anxiety music, beats and pink noise hardly differed.',
    readOn: READ,
  },
  'manippa-2022': {
    title: 'An update on the use of gamma (multi)sensory stimulation for Alzheimer’s disease treatment',
    authors: 'Manippa et al.',
    year: 2022,
    url: 'https://doi.org/10.3389/fnagi.2022.1095081',
    participants: 'a review',
    finding: 'A review: 40 Hz light and sound changed disease signs in animals; work in people has only begun.',
    readOn: READ,
  },
  'mcfarlane-2020-survey': {
    title: 'Alarm tones, music and their elements: Analysis of reported waking sounds to counteract sleep inertia',
    authors: 'McFarlane, Garcia, Verhagen, Dyer',
    year: 2020,
    url: 'https://doi.org/10.1371/journal.pone.0215788',
    participants: '50 people',
    stimulus: 'A survey about the alarms that people use; the kind of alarm itself showed no link.',
    finding: 'In a survey of 50 people, those who called their alarm melodic reported less grogginess after waking.',
    readOn: READ,
  },
  'mcfarlane-2020-test': {
    title:
      'Auditory Countermeasures for Sleep Inertia: Exploring the Effect of Melody and Rhythm in an Ecological Context',
    authors: 'McFarlane, Garcia, Verhagen, Dyer',
    year: 2020,
    url: 'https://doi.org/10.3390/clockssleep2020017',
    participants: '10 people a group',
    stimulus: 'An alarm from a telephone at home; the control alarm always came first, the melodic one second.',
    finding:
      'In a home test with ten people a group a melodic alarm went with fewer lapses of attention after waking than the control alarm, which always came first.',
    readOn: READ,
  },
  'melnichuk-2025': {
    title: 'A parametric investigation of binaural beats for brain entrainment and enhancing sustained attention',
    authors: 'Melnichuk, Cooper, Hawk',
    year: 2025,
    url: 'https://doi.org/10.1038/s41598-025-88517-z',
    participants: '80 people',
    stimulus: 'Beta or gamma beats on 340 or 400 Hz, with white noise or none, before or during the task.',
    finding:
      'In 80 people 16 conditions were compared with control sound: gamma beats on a 340 Hz tone with white noise helped performance in general, none the decline of vigilance; entrainment depended on the parameters.',
    readOn: READ,
  },
  'moniz-lewis-2020': {
    title: 'Are Isochronic Tones Effective? The Impact of Isochronic Tones on Brainwave Entrainment and Stress',
    authors: 'Moniz-Lewis, Frederick',
    year: 2020,
    participants: '60 people',
    stimulus:
      '8 Hz isochronic tones within a song for five minutes, against the same song; double-blind, in a student journal.',
    finding:
      'In 60 people five minutes of 8 Hz isochronic tones in a song made no difference to stress (p = 0.509) and went with less alpha activity (p = 0.020).',
    readOn: READ,
  },
  'ngo-2013': {
    title: 'Induction of slow oscillations by rhythmic acoustic stimulation',
    authors: 'Ngo et al.',
    year: 2013,
    url: 'https://doi.org/10.48550/arXiv.1407.7999',
    participants: 'not stated in the abstract',
    stimulus: 'Tones at 0.8 Hz from before sleep until 90 minutes into it, against tones at random and none.',
    finding:
      'Tones at 0.8 Hz, begun before sleep, put falling asleep off; once people slept, slow oscillations were stronger.',
    readOn: READ,
  },
  'nigg-2024': {
    title:
      'Systematic Review and Meta-Analysis: Do White Noise or Pink Noise Help With Task Performance in Youth With Attention-Deficit/Hyperactivity Disorder or With Elevated Attention Problems?',
    authors: 'Nigg, Bruton, Kozlowski, Johnstone, Karalunas',
    year: 2024,
    url: 'https://doi.org/10.1016/j.jaac.2023.12.014',
    participants: '13 studies, 335 people',
    stimulus: 'White and pink noise; no study of brown noise was found.',
    finding:
      'White and pink noise helped young people with attention problems a little (g = 0.25) and made those without a little worse (g = −0.21).',
    readOn: READ,
  },
  'orozco-perez-2020': {
    title: 'Binaural Beats through the Auditory Pathway: From Brainstem to Connectivity Patterns',
    authors: 'Orozco Perez, Dumas, Lehmann',
    year: 2020,
    url: 'https://doi.org/10.1523/ENEURO.0232-19.2020',
    participants: '16 people',
    stimulus: 'Theta and gamma beats, binaural and monaural.',
    finding: 'Both kinds of beat show in the EEG, binaural beats more weakly than monaural ones; neither changed mood.',
    readOn: READ,
  },
  'padmanabhan-2005': {
    title:
      'A prospective, randomised, controlled study examining binaural beat audio and pre-operative anxiety in patients undergoing general anaesthesia for day case surgery',
    authors: 'Padmanabhan, Hildreth, Laws',
    year: 2005,
    url: 'https://doi.org/10.1111/j.1365-2044.2005.04287.x',
    participants: 'not stated in the abstract',
    stimulus: 'A soundtrack with or without binaural beats before an operation.',
    finding:
      'Anxiety before an operation fell by 26 % with binaural beats, by 11 % with the same soundtrack without them and by 4 % with neither.',
    readOn: READ,
  },
  'pratt-2009': {
    title: 'Cortical Evoked Potentials to an Auditory Illusion: Binaural Beats',
    authors: 'Pratt et al.',
    year: 2009,
    url: 'https://pmc.ncbi.nlm.nih.gov/articles/PMC2741401/',
    participants: 'not stated in the abstract',
    stimulus: 'A tone of 250 or 1000 Hz in one ear and one 3 or 6 Hz higher in the other, 2 s long, about 1 s apart.',
    finding:
      'Binaural beats of 3 and 6 Hz showed in the EEG, more at 250 Hz than at 1000 Hz and more at 3 Hz than at 6 Hz.',
    readOn: READ,
  },
  'pratt-2010': {
    title: 'A comparison of auditory evoked potentials to acoustic beats and to binaural beats',
    authors: 'Pratt et al.',
    year: 2010,
    participants: 'not stated in the abstract',
    stimulus: 'Acoustic and binaural beats of 3 and 6 Hz in tones of 250 and 1000 Hz, 2 s long, about 1 s apart.',
    finding:
      'Acoustic beats showed more in the EEG than binaural ones, both more at 250 Hz than at 1000 Hz and more at 3 Hz than at 6 Hz.',
    readOn: READ,
  },
  'reedijk-2013': {
    title: 'The impact of binaural beats on creativity',
    authors: 'Reedijk, Bolders, Hommel',
    year: 2013,
    url: 'https://doi.org/10.3389/fnhum.2013.00786',
    participants: '24 students',
    stimulus:
      '10 Hz and 40 Hz binaural beats around 340 Hz for three minutes before and during the tasks; the control was a 340 Hz tone.',
    finding:
      'In 24 students 10 Hz and 40 Hz binaural beats affected divergent but not convergent thinking; some people gained, others did not or did worse.',
    readOn: READ,
  },
  'riedy-2021': {
    title: 'Noise as a sleep aid: A systematic review',
    authors: 'Riedy, Smith, Rocha, Basner',
    year: 2021,
    url: 'https://doi.org/10.1016/j.smrv.2020.101385',
    participants: '38 studies',
    finding:
      'Over 38 studies the evidence that continuous noise improves sleep was of very low quality, and noise may also disturb sleep or harm hearing.',
    readOn: READ,
  },
  'ross-2000': {
    title:
      'A high-precision magnetoencephalographic study of human auditory steady-state responses to amplitude-modulated tones',
    authors: 'Ross, Borgmann, Draganova, Roberts, Pantev',
    year: 2000,
    url: 'https://doi.org/10.1121/1.429600',
    participants: 'not stated in the abstract',
    stimulus: 'Sinusoidally amplitude-modulated tones of 250 to 4000 Hz, modulated at 10 to 98 Hz.',
    finding: 'The brain’s response to a modulated tone was largest at 40 Hz and larger for low than for high carriers.',
    readOn: READ,
  },
  'ross-2020': {
    title: '40-Hz Binaural beats enhance training to mitigate the attentional blink',
    authors: 'Ross, Lopez',
    year: 2020,
    url: 'https://doi.org/10.1038/s41598-020-63980-y',
    participants: 'not stated in the abstract',
    stimulus: '40 Hz against 16 Hz binaural beats during training on three days.',
    finding:
      '40 Hz binaural beats showed strongly in the MEG; within a session performance did not gain, between days it did a little more.',
    readOn: READ,
  },
  'schwarz-2005': {
    title: 'Human auditory steady state responses to binaural and monaural beats',
    authors: 'Schwarz, Taylor',
    year: 2005,
    participants: 'not stated in the abstract',
    stimulus: 'Tones 40 Hz apart around 400 Hz and above 3 kHz, one in each ear or both in both.',
    finding:
      'Acoustic beats at 40 Hz gave a larger response in the EEG than binaural ones around 400 Hz; above 3 kHz binaural beats gave none.',
    readOn: READ,
  },
  'shao-2024': {
    title:
      'The Effect of Slow-Paced Breathing on Cardiovascular and Emotion Functions: A Meta-Analysis and Systematic Review',
    authors: 'Shao, Man, Lee',
    year: 2024,
    url: 'https://doi.org/10.1007/s12671-023-02294-2',
    participants: '31 studies, 1133 people',
    finding:
      'Over 31 studies slow-paced breathing raised heart rate variability at once; less negative emotion was only marginal (p = 0.06).',
    readOn: READ,
  },
  'shumov-2020': {
    title: 'The effect of music containing binaural beats on daytime fall-asleep dynamics',
    authors: 'Shumov et al.',
    year: 2020,
    url: 'https://doi.org/10.17116/jnevro202012002139',
    participants: '21 people',
    stimulus: '20 minutes of music with slow binaural beats; the comparison was silence.',
    funding: 'Two authors’ affiliations are companies (Neurotech, Mind Technology).',
    finding:
      'In 21 people a 20-minute nap with music and slow binaural beats did not reliably shorten falling asleep compared with silence, but sleep was steadier.',
    readOn: READ,
  },
  'shumov-2023': {
    title:
      'Monotonous sound stimuli embedded with either binaural or monaural beats have the same effect on sleep latency: study on a large subject group',
    authors: 'Shumov, Sveshnikov, Bakaeva, Dorokhov',
    year: 2023,
    url: 'https://doi.org/10.17116/jnevro2023123041109',
    participants: '221 people',
    stimulus:
      'A monotonous sound at bedtime with binaural beats, with monaural beats, or without beats at the same pitch.',
    finding:
      'Among 221 people the time to fall asleep was the same with binaural beats, monaural beats and the same sound without beats.',
    readOn: READ,
  },
  'tay-2023': {
    title: 'Low frequency binaural beats in instrumental music affects verbal memory but not false recall',
    authors: 'Tay et al.',
    year: 2023,
    url: 'https://doi.org/10.21203/rs.3.rs-3008618/v1',
    participants: '151 people',
    stimulus: '30 minutes of music with delta/theta beats, music alone, or an audiobook; double-blind, a preprint.',
    finding: 'In 151 people music with delta and theta beats went with fewer remembered words than an audiobook.',
    readOn: READ,
  },
  'woods-2019': {
    title: 'Modulation in background music influences sustained attention',
    authors: 'Woods et al.',
    year: 2019,
    url: 'https://doi.org/10.48550/arXiv.1907.06909',
    participants: '677 people',
    stimulus: 'Music modulated at 16 Hz or other rates; a preprint.',
    funding: 'Authors from Brain.fm, which sells such music.',
    finding:
      'In a preprint with 677 people, music modulated at 16 Hz went with fewer errors in an attention task than music modulated at other rates.',
    readOn: READ,
  },
  'woods-2024': {
    title: 'Rapid modulation in music supports attention in listeners with attentional difficulties',
    authors: 'Woods et al.',
    year: 2024,
    url: 'https://doi.org/10.1038/s42003-024-07026-3',
    participants: 'several experiments',
    stimulus: 'Music modulated at 8, 16 or 32 Hz.',
    funding: 'Some authors work for Brain.fm, which sells such music.',
    finding:
      'Music with added rapid amplitude modulation helped sustained attention, most in the beta range for listeners with more signs of attention difficulties; some authors work for the maker of such music.',
    readOn: READ,
  },
};

/** The paper of a key. @throws when the bibliography has none */
export function sourceOf(key: string): Source {
  const source = BIBLIOGRAPHY[key];
  if (!source) throw new Error(`bibliography.ts has no "${key}"`);
  return source;
}
