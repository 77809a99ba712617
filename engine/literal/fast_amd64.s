#include "textflag.h"

// func fastProbe(text, table *byte, mul uint64, shift int, out *list, groups, stride int) int
TEXT ·fastProbe(SB), NOSPLIT, $0-64
	MOVQ text+0(FP), SI
	MOVQ table+8(FP), DI
	MOVQ mul+16(FP), R12
	MOVQ shift+24(FP), CX
	MOVQ out+32(FP), R10
	MOVQ groups+40(FP), R9
	MOVQ stride+48(FP), R14
	LEAQ (R14)(R14*2), R15
	MOVQ $0x2020202020202020, R13 // fold
	XORQ R11, R11                 // length of the list
	XORL DX, DX                   // position

group:
	MOVQ R13, AX
	MOVQ R13, R8
	ORQ (SI), AX
	ORQ (SI)(R14*1), R8
	IMULQ R12, AX
	SHRXQ CX, AX, AX
	MOVQ AX, BX
	SHRQ $5, BX
	MOVL (DI)(BX*4), BX // the 32 bits that hold the bit
	MOVW DX, (R10)(R11*2)
	ADDL R14, DX
	BTL AX, BX
	ADCQ $0, R11
	IMULQ R12, R8
	SHRXQ CX, R8, R8
	MOVQ R8, BX
	SHRQ $5, BX
	MOVL (DI)(BX*4), BX // the 32 bits that hold the bit
	MOVW DX, (R10)(R11*2)
	ADDL R14, DX
	BTL R8, BX
	ADCQ $0, R11
	MOVQ R13, AX
	MOVQ R13, R8
	ORQ (SI)(R14*2), AX
	ORQ (SI)(R15*1), R8
	IMULQ R12, AX
	SHRXQ CX, AX, AX
	MOVQ AX, BX
	SHRQ $5, BX
	MOVL (DI)(BX*4), BX // the 32 bits that hold the bit
	MOVW DX, (R10)(R11*2)
	ADDL R14, DX
	BTL AX, BX
	ADCQ $0, R11
	IMULQ R12, R8
	SHRXQ CX, R8, R8
	MOVQ R8, BX
	SHRQ $5, BX
	MOVL (DI)(BX*4), BX // the 32 bits that hold the bit
	MOVW DX, (R10)(R11*2)
	ADDL R14, DX
	BTL R8, BX
	ADCQ $0, R11
	LEAQ (SI)(R14*4), SI
	DECQ R9
	JNZ group
	MOVQ R11, ret+56(FP)
	RET

// func fastSift3(text, table *byte, mul uint64, shift int, out *list, windows *uint16, count, ahead int) int
TEXT ·fastSift3(SB), NOSPLIT, $0-72
	MOVQ text+0(FP), SI
	MOVQ table+8(FP), DI
	MOVQ mul+16(FP), R12
	MOVQ shift+24(FP), CX
	MOVQ out+32(FP), R10
	MOVQ windows+40(FP), R9
	MOVQ count+48(FP), R14
	MOVQ ahead+56(FP), AX
	MOVQ AX, X6
	LEAQ (R9)(R14*2), R14
	MOVQ $0x2020202020202020, R13
	XORQ R11, R11

window:
	MOVQ X6, DX
	MOVWLZX (R9), AX
	ADDQ $2, R9
	ADDQ AX, DX
	LEAQ (SI)(DX*1), R15
	MOVQ R13, AX
	ORQ (R15), AX
	IMULQ R12, AX
	SHRXQ CX, AX, AX
	MOVQ AX, BX
	SHRQ $5, BX
	MOVL (DI)(BX*4), BX
	MOVW DX, (R10)(R11*2)
	BTL AX, BX
	ADCQ $0, R11
	INCL DX
	MOVQ R13, R8
	ORQ 1(R15), R8
	IMULQ R12, R8
	SHRXQ CX, R8, R8
	MOVQ R8, BX
	SHRQ $5, BX
	MOVL (DI)(BX*4), BX
	MOVW DX, (R10)(R11*2)
	BTL R8, BX
	ADCQ $0, R11
	INCL DX
	MOVQ R13, AX
	ORQ 2(R15), AX
	IMULQ R12, AX
	SHRXQ CX, AX, AX
	MOVQ AX, BX
	SHRQ $5, BX
	MOVL (DI)(BX*4), BX
	MOVW DX, (R10)(R11*2)
	BTL AX, BX
	ADCQ $0, R11
	CMPQ R9, R14
	JNE window
	MOVQ R11, ret+64(FP)
	RET

// func fastMarks(text *byte, marks *uint64, words int)
TEXT ·fastMarks(SB), NOSPLIT, $0-24
	MOVQ text+0(FP), SI
	MOVQ marks+8(FP), DI
	MOVQ words+16(FP), CX
	MOVL $0x20202020, AX // blank
	MOVQ AX, X6
	VPBROADCASTD X6, Y6
	MOVL $0x1f1f1f1f, AX // the last control character
	MOVQ AX, X7
	VPBROADCASTD X7, Y7

word:
	VMOVDQU (SI), Y0
	VMOVDQU 32(SI), Y1
	VPMINUB Y0, Y6, Y2 // at most a blank, and so is the byte before
	VPMINUB Y1, Y6, Y3
	VPCMPEQB Y0, Y2, Y2
	VPCMPEQB Y1, Y3, Y3
	VMOVDQU -1(SI), Y4
	VPMINUB Y4, Y6, Y5
	VPCMPEQB Y4, Y5, Y5
	VPAND Y5, Y2, Y2
	VMOVDQU 31(SI), Y4
	VPMINUB Y4, Y6, Y5
	VPCMPEQB Y4, Y5, Y5
	VPAND Y5, Y3, Y3
	VPMINUB Y0, Y7, Y4 // control characters
	VPMINUB Y1, Y7, Y5
	VPCMPEQB Y0, Y4, Y4
	VPCMPEQB Y1, Y5, Y5
	VPOR Y4, Y2, Y2
	VPOR Y5, Y3, Y3
	VPOR Y0, Y2, Y2 // the high bit: outside ASCII
	VPOR Y1, Y3, Y3
	VPMOVMSKB Y2, AX
	VPMOVMSKB Y3, BX
	SHLQ $32, BX
	ORQ BX, AX
	MOVQ AX, (DI)
	ADDQ $64, SI
	ADDQ $8, DI
	DECQ CX
	JNZ word
	VZEROUPPER
	RET
