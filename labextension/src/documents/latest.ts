/** Questions whose answers may overtake each other. */

/**
 * Asks, and keeps the newest of what was answered: who has waited for an answer goes on with that one or with
 * one to a later question, never with one from before.
 *
 * @param question - `fresh`: nothing that is remembered somewhere will do as an answer.
 * @param take - is given each answer that is not older than the one before.
 */
export class Latest<Answer> {
  private asked = 0;
  private answered = 0;
  private freshUnderWay = 0;

  constructor(
    private readonly question: (fresh: boolean) => Promise<Answer>,
    private readonly take: (answer: Answer) => void
  ) {}

  /** @throws what the question throws; the answer before stays then. */
  async ask(fresh: boolean): Promise<void> {
    const turn = ++this.asked;
    // It would overtake a fresh one with what was remembered before that.
    const anew = fresh || this.freshUnderWay > 0;
    this.freshUnderWay += Number(anew);
    let answer: Answer;
    try {
      answer = await this.question(anew);
    } finally {
      this.freshUnderWay -= Number(anew);
    }
    if (turn > this.answered) {
      this.answered = turn;
      this.take(answer);
    }
  }
}
