import { CstParser, type CstNode, type ParserMethod } from 'chevrotain'
import {
  BinaryOperator,
  LetIn,
  PrefixOperator,
  SizeOperator,
  Time,
  types,
  UpdateName,
  vocabulary,
} from './lexer.ts'
import { expectations } from './syntax-errors.ts'

type Rule = ParserMethod<[], CstNode>

/**
 * The rules of the language, and nothing else; `to-ast.ts` gives them their meaning.
 *
 * Precedence is not here: an expression is a flat row of operands and operators, so that 100 parentheses cost
 * 300 rules of stack and not 1,500. No statement begins with `(`, `[` or `-`: a line that begins with one of
 * these goes on with the line above.
 */
export class MixParser extends CstParser {
  constructor() {
    super(vocabulary, {
      recoveryEnabled: true,
      maxLookahead: 2,
      nodeLocationTracking: 'onlyOffset',
      errorMessageProvider: expectations,
    })
    this.performSelfAnalysis()
  }

  /** After so many mistakes it is no `.mix` file: recovery is slow, and nobody reads on. */
  private readonly patient = (): boolean => this.errors.length < 200

  file: Rule = this.RULE('file', () => {
    this.MANY({
      GATE: this.patient,
      DEF: () =>
        this.OR([
          { ALT: () => this.SUBRULE(this.use) },
          { ALT: () => this.SUBRULE(this.fn) },
          { ALT: () => this.SUBRULE(this.mixer) },
        ]),
    })
  })

  bindings: Rule = this.RULE('bindings', () => {
    this.MANY_SEP({ SEP: types.Comma, DEF: () => this.SUBRULE(this.binding) })
  })

  binding: Rule = this.RULE('binding', () => {
    this.CONSUME(types.Identifier)
    this.CONSUME(types.Assign)
    this.SUBRULE(this.expression)
  })

  use: Rule = this.RULE('use', () => {
    this.CONSUME(types.Use)
    this.OR([
      { ALT: () => this.CONSUME(types.String) },
      { ALT: () => this.AT_LEAST_ONE_SEP({ SEP: types.Dot, DEF: () => this.CONSUME(types.Identifier) }) },
    ])
    this.CONSUME(types.LeftParen)
    this.SUBRULE(this.names)
    this.CONSUME(types.RightParen)
  })

  fn: Rule = this.RULE('fn', () => {
    this.CONSUME(types.Fn)
    this.CONSUME(types.Identifier)
    this.OPTION(() => {
      this.CONSUME(types.Less)
      this.SUBRULE(this.names)
      this.CONSUME(types.Greater)
    })
    this.CONSUME(types.LeftParen)
    this.MANY_SEP({ SEP: types.Comma, DEF: () => this.SUBRULE(this.parameter) })
    this.CONSUME(types.RightParen)
    this.OPTION2(() => {
      this.CONSUME(types.Colon)
      this.SUBRULE(this.type)
    })
    this.CONSUME(types.Assign)
    this.SUBRULE(this.expression)
  })

  parameter: Rule = this.RULE('parameter', () => {
    this.CONSUME(types.Identifier)
    this.CONSUME(types.Colon)
    this.SUBRULE(this.type)
  })

  mixer: Rule = this.RULE('mixer', () => {
    this.OPTION(() => this.CONSUME(types.Recurrent))
    this.CONSUME(types.Mixer)
    this.CONSUME(types.Identifier)
    this.CONSUME(types.LeftCurly)
    this.MANY({ GATE: this.patient, DEF: () => this.SUBRULE(this.member) })
    this.CONSUME(types.RightCurly)
  })

  member: Rule = this.RULE('member', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.dims) },
      { ALT: () => this.SUBRULE(this.inputs) },
      { ALT: () => this.SUBRULE(this.params) },
      { ALT: () => this.SUBRULE(this.states) },
      { ALT: () => this.SUBRULE(this.let) },
      { ALT: () => this.SUBRULE(this.update) },
      { ALT: () => this.SUBRULE(this.outputs) },
      { ALT: () => this.SUBRULE(this.forBlock) },
    ])
  })

  dims: Rule = this.RULE('dims', () => {
    this.CONSUME(types.Dim)
    this.AT_LEAST_ONE_SEP({ SEP: types.Comma, DEF: () => this.SUBRULE(this.dimension) })
    this.OPTION(() => {
      this.CONSUME(types.Where)
      this.SUBRULE(this.expression)
    })
  })

  dimension: Rule = this.RULE('dimension', () => {
    this.CONSUME(types.Identifier)
    this.OPTION(() => {
      this.CONSUME(types.Assign)
      this.SUBRULE(this.expression)
    })
  })

  inputs: Rule = this.RULE('inputs', () => {
    this.CONSUME(types.Input)
    this.SUBRULE(this.port)
  })

  params: Rule = this.RULE('params', () => {
    this.CONSUME(types.Param)
    this.SUBRULE(this.port)
  })

  states: Rule = this.RULE('states', () => {
    this.CONSUME(types.State)
    this.SUBRULE(this.port)
  })

  outputs: Rule = this.RULE('outputs', () => {
    this.CONSUME(types.Output)
    this.SUBRULE(this.port)
  })

  /** Names, their type, and what is said of them; `to-ast.ts` knows which clause belongs to what. */
  port: Rule = this.RULE('port', () => {
    this.SUBRULE(this.names)
    this.CONSUME(types.Colon)
    this.SUBRULE(this.type)
    this.MANY(() => this.SUBRULE(this.clause))
  })

  clause: Rule = this.RULE('clause', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.range) },
      {
        ALT: () => {
          this.CONSUME(types.Over)
          this.CONSUME(types.Identifier)
        },
      },
      {
        ALT: () => {
          this.CONSUME(types.Where)
          this.SUBRULE(this.expression)
        },
      },
      {
        ALT: () => {
          this.CONSUME(types.Assign)
          this.SUBRULE2(this.expression)
        },
      },
    ])
  })

  range: Rule = this.RULE('range', () => {
    this.CONSUME(types.In)
    this.OR([{ ALT: () => this.CONSUME(types.LeftSquare) }, { ALT: () => this.CONSUME(types.LeftParen) }])
    this.SUBRULE(this.expression)
    this.CONSUME(types.Comma)
    this.SUBRULE2(this.expression)
    this.OR2([{ ALT: () => this.CONSUME(types.RightSquare) }, { ALT: () => this.CONSUME(types.RightParen) }])
  })

  let: Rule = this.RULE('let', () => {
    this.CONSUME(types.Let)
    this.CONSUME(types.Identifier)
    this.OPTION(() => this.SUBRULE(this.index))
    this.OPTION2(() => {
      this.CONSUME(types.Colon)
      this.SUBRULE(this.type)
    })
    this.CONSUME(types.Assign)
    this.SUBRULE(this.expression)
  })

  update: Rule = this.RULE('update', () => {
    this.CONSUME(UpdateName)
    this.AT_LEAST_ONE(() => this.SUBRULE(this.index))
    this.CONSUME(types.Assign)
    this.SUBRULE(this.expression)
  })

  forBlock: Rule = this.RULE('forBlock', () => {
    this.CONSUME(types.For)
    this.SUBRULE(this.loop)
    this.CONSUME(types.LeftCurly)
    this.MANY({ GATE: this.patient, DEF: () => this.SUBRULE(this.member) })
    this.CONSUME(types.RightCurly)
  })

  /** `m in 0..M` */
  loop: Rule = this.RULE('loop', () => {
    this.CONSUME(types.Identifier)
    this.CONSUME(types.In)
    this.SUBRULE(this.expression)
    this.CONSUME(types.Dots)
    this.SUBRULE2(this.expression)
  })

  names: Rule = this.RULE('names', () => {
    this.AT_LEAST_ONE_SEP({ SEP: types.Comma, DEF: () => this.CONSUME(types.Identifier) })
  })

  type: Rule = this.RULE('type', () => {
    this.OPTION(() => this.CONSUME(types.Complex))
    this.OR([
      { ALT: () => this.CONSUME(types.Scalar) },
      { ALT: () => this.CONSUME(types.Vec) },
      { ALT: () => this.CONSUME(types.Mat) },
    ])
    this.OPTION2(() => {
      this.CONSUME(types.Less)
      this.AT_LEAST_ONE_SEP({ SEP: types.Comma, DEF: () => this.SUBRULE(this.size) })
      this.CONSUME(types.Greater)
    })
    this.OPTION3(() => this.SUBRULE(this.index))
  })

  /** An expression without comparisons, so that `>` ends it. */
  size: Rule = this.RULE('size', () => {
    this.SUBRULE(this.operand)
    this.MANY(() => {
      this.CONSUME(SizeOperator, { LABEL: 'operator' })
      this.SUBRULE2(this.operand)
    })
  })

  expression: Rule = this.RULE('expression', () => {
    this.SUBRULE(this.operand)
    this.MANY(() => {
      this.CONSUME(BinaryOperator, { LABEL: 'operator' })
      this.SUBRULE2(this.operand)
    })
  })

  operand: Rule = this.RULE('operand', () => {
    this.MANY(() => this.CONSUME(PrefixOperator, { LABEL: 'prefix' }))
    this.OR([
      { ALT: () => this.CONSUME(types.Number) },
      { ALT: () => this.CONSUME(types.Infinity) },
      { ALT: () => this.CONSUME(types.True) },
      { ALT: () => this.CONSUME(types.False) },
      { ALT: () => this.CONSUME(types.Identity) },
      { ALT: () => this.CONSUME(Time) },
      {
        ALT: () => {
          this.CONSUME(types.Identifier)
          this.OPTION(() => this.SUBRULE(this.call))
        },
      },
      {
        ALT: () => {
          this.OR2([{ ALT: () => this.CONSUME(types.Where) }, { ALT: () => this.CONSUME(types.Complex) }])
          this.SUBRULE2(this.call)
        },
      },
      {
        ALT: () => {
          this.CONSUME(types.LeftParen)
          this.SUBRULE(this.expression)
          this.CONSUME(types.RightParen)
        },
      },
      { ALT: () => this.SUBRULE(this.fold) },
      { ALT: () => this.SUBRULE(this.letIn) },
    ])
    this.MANY2(() => this.SUBRULE(this.postfix))
  })

  postfix: Rule = this.RULE('postfix', () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.index) },
      {
        ALT: () => {
          this.CONSUME(types.Dot)
          this.CONSUME(types.Transpose)
        },
      },
    ])
  })

  index: Rule = this.RULE('index', () => {
    this.CONSUME(types.LeftSquare)
    this.SUBRULE(this.expression)
    this.CONSUME(types.RightSquare)
  })

  /** `(a, b)`, or `(j in a..b: e)` */
  call: Rule = this.RULE('call', () => {
    this.CONSUME(types.LeftParen)
    this.OR([
      {
        GATE: () => this.LA(2).tokenType === types.In,
        ALT: () => {
          this.SUBRULE(this.loop)
          this.CONSUME(types.Colon)
          this.SUBRULE(this.expression, { LABEL: 'body' })
        },
      },
      { ALT: () => this.MANY_SEP({ SEP: types.Comma, DEF: () => this.SUBRULE2(this.expression) }) },
    ])
    this.CONSUME(types.RightParen)
  })

  fold: Rule = this.RULE('fold', () => {
    this.CONSUME(types.Fold)
    this.CONSUME(types.Identifier)
    this.CONSUME(types.Assign)
    this.SUBRULE(this.expression, { LABEL: 'initial' })
    this.CONSUME(types.For)
    this.SUBRULE(this.loop)
    this.CONSUME(types.Colon)
    this.SUBRULE2(this.expression, { LABEL: 'body' })
  })

  letIn: Rule = this.RULE('letIn', () => {
    this.CONSUME(LetIn)
    this.CONSUME(types.Identifier)
    this.CONSUME(types.Assign)
    this.SUBRULE(this.expression, { LABEL: 'value' })
    this.CONSUME(types.In)
    this.SUBRULE2(this.expression, { LABEL: 'body' })
  })
}
